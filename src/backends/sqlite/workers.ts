/** Workers in SQLite. */

import { applyWorkerEffect, type WorkerEffect } from "../../core/worker.ts";
import type { Worker } from "../../model/worker.ts";
import { text, WORKER_COLUMNS, workerOf, type WorkerRow } from "./rows.ts";
import type { Statements } from "./statements.ts";

/** Reads and writes the workers of one partition. */
export interface Workers {
  readonly find: (worker_id: string) => Worker | null;
  /** Carries out an effect in the caller's transaction. */
  readonly affect: (effect: WorkerEffect) => Worker | null;
}

export const workers = (sql: Statements, partition: number): Workers => {
  const find = (worker_id: string): Worker | null => {
    const row = sql.get<WorkerRow>(
      `SELECT ${WORKER_COLUMNS} FROM worker WHERE partition = ? AND worker_id = ?`,
      partition,
      worker_id,
    );
    return row === undefined ? null : workerOf(row);
  };

  const put = (it: Worker): void =>
    sql.run(
      `INSERT INTO worker (partition, ${WORKER_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (partition, worker_id) DO UPDATE SET status = excluded.status,
         heartbeat_stats = excluded.heartbeat_stats,
         last_heartbeat_time = excluded.last_heartbeat_time,
         last_dequeue_time = excluded.last_dequeue_time,
         last_busy_time = excluded.last_busy_time,
         last_idle_time = excluded.last_idle_time,
         current_rollout_id = excluded.current_rollout_id,
         current_attempt_id = excluded.current_attempt_id`,
      partition,
      it.worker_id,
      it.status,
      text(it.heartbeat_stats),
      it.last_heartbeat_time,
      it.last_dequeue_time,
      it.last_busy_time,
      it.last_idle_time,
      it.current_rollout_id,
      it.current_attempt_id,
    );

  return {
    find,
    affect: (effect) => {
      const known = find(effect.worker_id);
      const worker = applyWorkerEffect(known, effect);
      if (worker !== null && worker !== known) put(worker);
      return worker;
    },
  };
};
