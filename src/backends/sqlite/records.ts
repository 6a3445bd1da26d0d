/** Rollouts and their attempts in SQLite: reading records and carrying changes out. */

import type { CarriedChange, NewRecord, RolloutRecord } from "../../core/record.ts";
import { applyChange } from "../../core/record.ts";
import { deadlineOf, rearm } from "../../core/watchdog.ts";
import type { WorkerEffect } from "../../core/worker.ts";
import type { Attempt } from "../../model/attempt.ts";
import type { Rollout } from "../../model/rollout.ts";
import type { SqliteValue } from "./driver.ts";
import {
  ATTEMPT_COLUMNS,
  type AttemptRow,
  configColumns,
  LATEST_COLUMNS,
  LATEST_JOIN,
  type LatestRow,
  type PayloadRow,
  type Readers,
  retryColumn,
  ROLLOUT_COLUMNS,
  type RolloutRow,
  rolloutStateOf,
  text,
} from "./rows.ts";
import type { Prepare } from "./statements.ts";

/** A record with what the engine needs to write it. */
export interface Stored {
  readonly row: RolloutRow;
  readonly record: RolloutRecord;
}

/** An id that a write brought is in use. It is thrown to undo the transaction. */
export class TakenId extends Error {
  constructor(readonly id: string) {
    super(`${id} is taken`);
  }
}

/** Reads and writes records of one partition; the caller holds the transaction. */
export interface Records {
  /** A record with the attempt that is addressed by an id, `latest`, or null for none. */
  readonly load: (rollout_id: string, attempt_id: string | null) => Stored | null;
  readonly payload: (key: number) => Pick<Rollout, "input" | "metadata">;
  readonly attempt: (
    key: number,
    rollout_id: string,
    attempt_id: string | null,
  ) => Attempt | null;
  /** Throws `TakenId` for a rollout's id that is in use. */
  readonly insert: (record: NewRecord) => void;
  /** Throws `TakenId` for an attempt's id that is in use. */
  readonly carryOut: (stored: Stored, change: CarriedChange, now: number) => RolloutRecord;
}

export const records = (
  sql: Prepare,
  partition: number,
  readers: Pick<Readers, "attempt" | "latest" | "payload">,
  affect: (effect: WorkerEffect) => void,
): Records => {
  const selectRecord = sql<RolloutRow & LatestRow>(
    `SELECT ${ROLLOUT_COLUMNS}, ${LATEST_COLUMNS} FROM rollout r ${LATEST_JOIN}
     WHERE r.partition = ? AND r.rollout_id = ?`,
  );
  const selectPayload = sql<PayloadRow>("SELECT input, metadata FROM payload WHERE rollout = ?");
  const selectAttempt = sql<AttemptRow>(
    `SELECT ${ATTEMPT_COLUMNS} FROM attempt a WHERE a.rollout = ? AND a.attempt_id = ?`,
  );
  const insertRollout = sql(
    `INSERT INTO rollout (partition, rollout_id, status, mode, resources_id, start_time, end_time,
       timeout_seconds, unresponsive_seconds, max_attempts, retry_condition, attempts,
       latest_attempt, place, deadline)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CASE WHEN ? THEN ${NEXT_PLACE} END, ?)
     ON CONFLICT DO NOTHING`,
  );
  const insertPayload = sql("INSERT INTO payload (rollout, input, metadata) VALUES (?, ?, ?)");
  const insertAttempt = sql(
    `INSERT INTO attempt (rollout, attempt_id, sequence_id, start_time, end_time, status,
       worker_id, last_heartbeat_time, metadata)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const enterQueue = sql(
    `UPDATE rollout SET place = ${NEXT_PLACE} WHERE key = ? AND place IS NULL`,
  );

  const attempt = (
    key: number,
    rollout_id: string,
    attempt_id: string | null,
  ): Attempt | null => {
    const row = attempt_id === null ? undefined : selectAttempt.get(key, attempt_id);
    return row ? readers.attempt(rollout_id, row) : null;
  };

  const appendAttempt = (key: number, it: Attempt): void => {
    const { changes } = insertAttempt.run(
      key,
      it.attempt_id,
      it.sequence_id,
      it.start_time,
      it.end_time,
      it.status,
      it.worker_id,
      it.last_heartbeat_time,
      text(it.metadata),
    );
    if (Number(changes) === 0) throw new TakenId(it.attempt_id);
  };

  /** Sets columns of one row; the statement for each set of columns is prepared once. */
  const update = (
    table: string,
    columns: Readonly<Record<string, SqliteValue>>,
    where: string,
    ...key: readonly SqliteValue[]
  ): void => {
    const names = Object.keys(columns);
    if (names.length === 0) return;
    sql(`UPDATE ${table} SET ${names.map((name) => `${name} = ?`).join(", ")} WHERE ${where}`)
      .run(...Object.values(columns), ...key);
  };

  return {
    load: (rollout_id, attempt_id) => {
      const row = selectRecord.get(partition, rollout_id);
      if (!row) return null;
      const latest = readers.latest(rollout_id, row);
      return {
        row,
        record: {
          rollout: rolloutStateOf(row),
          attempts: row.attempts,
          latest,
          attempt: attempt_id === "latest" || attempt_id === row.latest_attempt
            ? latest
            : attempt(row.key, rollout_id, attempt_id),
        },
      };
    },

    payload: (key) => {
      const row = selectPayload.get(key);
      return row ? readers.payload(row) : { input: null, metadata: null };
    },

    attempt,

    insert: ({ rollout, attempt, queued, workers }) => {
      const { config } = rollout;
      const attempts = attempt === null ? 0 : 1;
      const { changes, lastInsertRowid } = insertRollout.run(
        partition,
        rollout.rollout_id,
        rollout.status,
        rollout.mode,
        rollout.resources_id,
        rollout.start_time,
        rollout.end_time,
        config.timeout_seconds,
        config.unresponsive_seconds,
        config.max_attempts,
        retryColumn(config),
        attempts,
        attempt?.attempt_id ?? null,
        Number(queued),
        partition,
        deadlineOf({ rollout, latest: attempt }),
      );
      if (Number(changes) === 0) throw new TakenId(rollout.rollout_id);
      const key = Number(lastInsertRowid);
      insertPayload.run(key, JSON.stringify(rollout.input), text(rollout.metadata));
      if (attempt !== null) appendAttempt(key, attempt);
      workers.forEach(affect);
    },

    carryOut: ({ row, record }, change, now) => {
      const after = applyChange(record, change);
      const appended = change.attempt !== undefined && "append" in change.attempt
        ? change.attempt.append
        : null;
      const { input, metadata, config, ...fields } = change.rollout ?? {};
      const deadline = rearm(row.deadline, deadlineOf(after), now);
      update(
        "rollout",
        {
          ...fields,
          ...config === undefined ? {} : configColumns(config),
          ...appended === null
            ? {}
            : { attempts: after.attempts, latest_attempt: appended.attempt_id },
          ...change.queue === "leave" ? { place: null } : {},
          ...deadline === row.deadline ? {} : { deadline },
        },
        "key = ?",
        row.key,
      );
      update(
        "payload",
        {
          ...input === undefined ? {} : { input: JSON.stringify(input) },
          ...metadata === undefined ? {} : { metadata: text(metadata) },
        },
        "rollout = ?",
        row.key,
      );
      if (change.queue === "enter") enterQueue.run(partition, row.key);
      if (appended !== null) {
        appendAttempt(row.key, appended);
      } else if (change.attempt !== undefined && "set" in change.attempt && record.attempt) {
        const { metadata: attached, ...rest } = change.attempt.set;
        update(
          "attempt",
          {
            ...columnsOf(rest),
            ...attached === undefined ? {} : { metadata: text(attached) },
          },
          "rollout = ? AND attempt_id = ?",
          row.key,
          record.attempt.attempt_id,
        );
      }
      change.workers?.forEach(affect);
      return after;
    },
  };
};

/** The tail of the queue. Places only order what is in it, so they may start over. */
const NEXT_PLACE =
  "(SELECT coalesce(max(place), 0) + 1 FROM rollout WHERE partition = ? AND place IS NOT NULL)";

const columnsOf = (
  fields: Partial<Omit<Attempt, "metadata">>,
): Readonly<Record<string, SqliteValue>> => fields;
