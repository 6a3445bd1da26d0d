/** Workers in SQLite. */

import { applyWorkerEffect, type Condition, type WorkerEffect } from "../../core/worker.ts";
import type { Worker } from "../../model/worker.ts";
import type { SqliteValue } from "./driver.ts";
import { type Readers, text, WORKER_COLUMNS, type WorkerRow } from "./rows.ts";
import type { Prepare } from "./statements.ts";

/** Reads and writes the workers of one partition. */
export interface Workers {
  readonly find: (worker_id: string) => Worker | null;
  /** Carries out an effect in the caller's transaction. */
  readonly affect: (effect: WorkerEffect) => void;
}

export const workers = (
  sql: Prepare,
  partition: number,
  readers: Pick<Readers, "worker">,
): Workers => {
  const select = sql<WorkerRow>(
    `SELECT ${WORKER_COLUMNS} FROM worker WHERE partition = ? AND worker_id = ?`,
  );

  /** Inserts the worker, or sets the effect's fields on the one that is there. */
  const upsert = (effect: WorkerEffect, worker: Worker): void => {
    const fields = Object.keys(effect.set).map((field) => `${field} = excluded.${field}`);
    const { condition, values } = conditionOf(effect.when);
    sql(
      `INSERT INTO worker (partition, ${WORKER_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (partition, worker_id) DO ${
        fields.length === 0 ? "NOTHING" : `UPDATE SET ${fields.join(", ")} WHERE ${condition}`
      }`,
    ).run(
      partition,
      worker.worker_id,
      worker.status,
      text(worker.heartbeat_stats),
      worker.last_heartbeat_time,
      worker.last_dequeue_time,
      worker.last_busy_time,
      worker.last_idle_time,
      worker.current_rollout_id,
      worker.current_attempt_id,
      ...fields.length === 0 ? [] : values,
    );
  };

  const find = (worker_id: string): Worker | null => {
    const row = select.get(partition, worker_id);
    return row ? readers.worker(row) : null;
  };

  return {
    find,
    affect: (effect) => {
      const fresh = applyWorkerEffect(null, effect);
      if (fresh !== null) return upsert(effect, fresh);
      // An effect that makes no worker is rare enough to be read before it is written.
      const known = find(effect.worker_id);
      const worker = applyWorkerEffect(known, effect);
      if (worker !== null && worker !== known) upsert(effect, worker);
    },
  };
};

const conditionOf = (
  when: Condition,
): { readonly condition: string; readonly values: readonly SqliteValue[] } => {
  switch (when.is) {
    case "always":
      return { condition: "true", values: [] };
    case "not idle":
      return { condition: "worker.status <> 'idle'", values: [] };
    case "holding":
      return { condition: HOLDING, values: [when.rollout_id, when.attempt_id] };
    case "free or holding":
      return {
        condition: `worker.current_attempt_id IS NULL OR ${HOLDING}`,
        values: [when.rollout_id, when.attempt_id],
      };
  }
};

const HOLDING = "worker.current_rollout_id = ? AND worker.current_attempt_id = ?";
