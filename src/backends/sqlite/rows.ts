/** The columns that statements read and write, and the records that they make. */

import type { RolloutState } from "../../core/record.ts";
import type { Attempt } from "../../model/attempt.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { ParseJson } from "../../model/numbers.ts";
import type { ResourcesUpdate } from "../../model/resources.ts";
import type { AttemptedRollout, Rollout, RolloutConfig } from "../../model/rollout.ts";
import type { Span } from "../../model/span.ts";
import type { Worker } from "../../model/worker.ts";
import type { SqliteValue } from "./driver.ts";

/** The state of a rollout, with what only the engine needs. */
export interface RolloutRow extends Omit<RolloutState, "config"> {
  readonly key: number;
  readonly timeout_seconds: number | null;
  readonly unresponsive_seconds: number | null;
  readonly max_attempts: number;
  readonly retry_condition: string;
  readonly attempts: number;
  readonly latest_attempt: string | null;
  readonly deadline: number | null;
}

export const ROLLOUT_COLUMNS = `r.key, r.rollout_id, r.status, r.mode, r.resources_id,
  r.start_time, r.end_time, r.timeout_seconds, r.unresponsive_seconds, r.max_attempts,
  r.retry_condition, r.attempts, r.latest_attempt, r.deadline`;

const NO_RETRY: RolloutConfig["retry_condition"] = Object.freeze([]);

export const rolloutStateOf = (row: RolloutRow): RolloutState => ({
  rollout_id: row.rollout_id,
  start_time: row.start_time,
  end_time: row.end_time,
  mode: row.mode,
  resources_id: row.resources_id,
  status: row.status,
  config: {
    timeout_seconds: row.timeout_seconds,
    unresponsive_seconds: row.unresponsive_seconds,
    max_attempts: row.max_attempts,
    retry_condition: row.retry_condition === "[]" ? NO_RETRY : JSON.parse(row.retry_condition),
  },
});

/** The config's columns. */
export const configColumns = (config: RolloutConfig): Readonly<Record<string, SqliteValue>> => ({
  timeout_seconds: config.timeout_seconds,
  unresponsive_seconds: config.unresponsive_seconds,
  max_attempts: config.max_attempts,
  retry_condition: retryColumn(config),
});

export const retryColumn = ({ retry_condition }: RolloutConfig): string =>
  JSON.stringify(retry_condition);

/** What a rollout carries for its runner. */
export interface PayloadRow {
  readonly input: string;
  readonly metadata: string | null;
}

export interface AttemptRow extends Omit<Attempt, "metadata" | "rollout_id"> {
  readonly metadata: string | null;
}

export const ATTEMPT_COLUMNS = `a.attempt_id, a.sequence_id, a.start_time, a.end_time, a.status,
  a.worker_id, a.last_heartbeat_time, a.metadata`;

/** The columns of a rollout's latest attempt beside its own; null where it has none. */
export type LatestRow = { readonly [K in keyof AttemptRow as `a_${K}`]: AttemptRow[K] | null };

export const LATEST_COLUMNS = ATTEMPT_COLUMNS.replaceAll(/a\.(\w+)/g, "a.$1 AS a_$1");

export const LATEST_JOIN =
  "LEFT JOIN attempt a ON a.rollout = r.key AND a.attempt_id = r.latest_attempt";

/** A rollout with its payload and its latest attempt, all in one row. */
export type AttemptedRow = RolloutRow & PayloadRow & LatestRow;

export interface WorkerRow extends Omit<Worker, "heartbeat_stats"> {
  readonly heartbeat_stats: string | null;
}

export const WORKER_COLUMNS = `worker_id, status, heartbeat_stats, last_heartbeat_time,
  last_dequeue_time, last_busy_time, last_idle_time, current_rollout_id, current_attempt_id`;

export interface ResourcesRow extends Omit<ResourcesUpdate, "resources"> {
  readonly resources: string;
}

export const RESOURCES_COLUMNS = "resources_id, create_time, update_time, version, resources";

export interface SpanRow {
  readonly body: string;
}

/** The text that a column of opaque JSON holds. */
export const text = (value: JsonObject | null): string | null =>
  value === null ? null : JSON.stringify(value);

/** What rows hold, as records. */
export interface Readers {
  readonly payload: (row: PayloadRow) => Pick<Rollout, "input" | "metadata">;
  readonly attempt: (rollout_id: string, row: AttemptRow) => Attempt;
  readonly latest: (rollout_id: string, row: LatestRow) => Attempt | null;
  readonly attempted: (row: AttemptedRow) => Rollout | AttemptedRollout;
  readonly worker: (row: WorkerRow) => Worker;
  readonly resources: (row: ResourcesRow) => ResourcesUpdate;
  readonly span: (row: SpanRow) => Span;
}

/** Reads rows; what they hold of JSON was written by this backend from records. */
export const readers = (parse: ParseJson): Readers => {
  const parsed = (text: string | null): JsonObject | null =>
    text === null ? null : parse<JsonObject>(text);

  const payload: Readers["payload"] = ({ input, metadata }) => ({
    input: parse<Json>(input),
    metadata: parsed(metadata),
  });

  const latest: Readers["latest"] = (rollout_id, row) => {
    const { a_attempt_id, a_sequence_id, a_start_time, a_status } = row;
    if (
      a_attempt_id === null || a_sequence_id === null || a_start_time === null || a_status === null
    ) return null;
    return {
      rollout_id,
      attempt_id: a_attempt_id,
      sequence_id: a_sequence_id,
      start_time: a_start_time,
      end_time: row.a_end_time,
      status: a_status,
      worker_id: row.a_worker_id,
      last_heartbeat_time: row.a_last_heartbeat_time,
      metadata: parsed(row.a_metadata),
    };
  };

  return {
    payload,
    latest,
    attempt: (rollout_id, row) => ({
      rollout_id,
      attempt_id: row.attempt_id,
      sequence_id: row.sequence_id,
      start_time: row.start_time,
      end_time: row.end_time,
      status: row.status,
      worker_id: row.worker_id,
      last_heartbeat_time: row.last_heartbeat_time,
      metadata: parsed(row.metadata),
    }),
    attempted: (row) => {
      const rollout = { ...rolloutStateOf(row), ...payload(row) };
      const attempt = latest(row.rollout_id, row);
      return attempt === null ? rollout : { ...rollout, attempt };
    },
    worker: (row) => ({
      worker_id: row.worker_id,
      status: row.status,
      heartbeat_stats: parsed(row.heartbeat_stats),
      last_heartbeat_time: row.last_heartbeat_time,
      last_dequeue_time: row.last_dequeue_time,
      last_busy_time: row.last_busy_time,
      last_idle_time: row.last_idle_time,
      current_rollout_id: row.current_rollout_id,
      current_attempt_id: row.current_attempt_id,
    }),
    resources: (row) => ({
      resources_id: row.resources_id,
      create_time: row.create_time,
      update_time: row.update_time,
      version: row.version,
      resources: parse<ResourcesUpdate["resources"]>(row.resources),
    }),
    span: ({ body }) => parse<Span>(body),
  };
};
