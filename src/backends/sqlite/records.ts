/** Rollouts and their attempts in SQLite: reading records and carrying changes out. */

import type { Change, NewRecord, RolloutRecord } from "../../core/record.ts";
import { applyChange } from "../../core/record.ts";
import { deadlineOf, rearm } from "../../core/watchdog.ts";
import type { WorkerEffect } from "../../core/worker.ts";
import type { Attempt } from "../../model/attempt.ts";
import type { Rollout } from "../../model/rollout.ts";
import type { SqliteValue } from "./driver.ts";
import {
  ATTEMPT_COLUMNS,
  attemptOf,
  type AttemptRow,
  configColumns,
  payloadOf,
  type PayloadRow,
  ROLLOUT_COLUMNS,
  type RolloutRow,
  rolloutStateOf,
  text,
} from "./rows.ts";
import type { Statements } from "./statements.ts";

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
  readonly carryOut: (stored: Stored, change: Change, now: number) => RolloutRecord;
}

export const records = (
  sql: Statements,
  partition: number,
  affect: (effect: WorkerEffect) => void,
): Records => {
  const attempt = (
    key: number,
    rollout_id: string,
    attempt_id: string | null,
  ): Attempt | null => {
    if (attempt_id === null) return null;
    const row = sql.get<AttemptRow>(
      `SELECT ${ATTEMPT_COLUMNS} FROM attempt a WHERE a.rollout = ? AND a.attempt_id = ?`,
      key,
      attempt_id,
    );
    return row === undefined ? null : attemptOf(rollout_id, row);
  };

  /** The tail of the queue: places only order what is in it. */
  const nextPlace = (): number =>
    (sql.get<{ last: number | null }>(
      "SELECT max(place) AS last FROM rollout WHERE partition = ? AND place IS NOT NULL",
      partition,
    )?.last ?? 0) + 1;

  const appendAttempt = (key: number, it: Attempt): void => {
    const row = sql.get(
      `INSERT INTO attempt (rollout, attempt_id, sequence_id, start_time, end_time, status,
         worker_id, last_heartbeat_time, metadata)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1`,
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
    if (row === undefined) throw new TakenId(it.attempt_id);
  };

  /** Sets columns of one row; a statement for each set of columns is prepared once. */
  const update = (
    table: string,
    columns: Readonly<Record<string, SqliteValue>>,
    where: string,
    ...key: readonly SqliteValue[]
  ): void => {
    const names = Object.keys(columns);
    if (names.length === 0) return;
    sql.run(
      `UPDATE ${table} SET ${names.map((name) => `${name} = ?`).join(", ")} WHERE ${where}`,
      ...Object.values(columns),
      ...key,
    );
  };

  return {
    load: (rollout_id, attempt_id) => {
      const row = sql.get<RolloutRow>(
        `SELECT ${ROLLOUT_COLUMNS} FROM rollout r WHERE r.partition = ? AND r.rollout_id = ?`,
        partition,
        rollout_id,
      );
      if (row === undefined) return null;
      const latest = attempt(row.key, rollout_id, row.latest_attempt);
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
      const row = sql.get<PayloadRow>("SELECT input, metadata FROM payload WHERE rollout = ?", key);
      return row === undefined ? { input: null, metadata: null } : payloadOf(row);
    },

    attempt,

    insert: ({ rollout, attempt, queued, workers }) => {
      const { config } = rollout;
      const made = attempt === null ? 0 : 1;
      const row = sql.get<{ key: number }>(
        `INSERT INTO rollout (partition, rollout_id, status, mode, resources_id, start_time,
           end_time, timeout_seconds, unresponsive_seconds, max_attempts, retry_condition,
           attempts, latest_attempt, place, deadline)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO NOTHING RETURNING key`,
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
        JSON.stringify(config.retry_condition),
        made,
        attempt?.attempt_id ?? null,
        queued ? nextPlace() : null,
        deadlineOf({ rollout, attempts: made, latest: attempt, attempt: null }),
      );
      if (row === undefined) throw new TakenId(rollout.rollout_id);
      sql.run(
        "INSERT INTO payload (rollout, input, metadata) VALUES (?, ?, ?)",
        row.key,
        JSON.stringify(rollout.input),
        text(rollout.metadata),
      );
      if (attempt !== null) appendAttempt(row.key, attempt);
      workers.forEach(affect);
    },

    carryOut: ({ row, record }, change, now) => {
      const after = applyChange(record, change);
      const { input, metadata, config, ...fields } = change.rollout ?? {};
      const deadline = rearm(row.deadline, deadlineOf(after), now);
      const isAppended = change.attempt !== undefined && "append" in change.attempt;
      update(
        "rollout",
        {
          ...fields,
          ...config === undefined ? {} : configColumns(config),
          ...isAppended
            ? { attempts: after.attempts, latest_attempt: after.latest?.attempt_id ?? null }
            : {},
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
      if (change.queue === "enter") {
        sql.run(
          "UPDATE rollout SET place = ? WHERE key = ? AND place IS NULL",
          nextPlace(),
          row.key,
        );
      }
      if (change.attempt !== undefined && "append" in change.attempt) {
        appendAttempt(row.key, change.attempt.append);
      } else if (change.attempt !== undefined && record.attempt !== null) {
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

const columnsOf = (
  fields: Partial<Omit<Attempt, "metadata">>,
): Readonly<Record<string, SqliteValue>> => fields;
