/**
 * The documents. A rollout is one document with its attempts embedded, so
 * that each of its changes is one write.
 *
 * What is opaque is stored as JSON text: BSON would lose keys in their order, keys such as
 * `__proto__`, and everything below its 100 levels; it would read meaning into `$`.
 */

import type { RolloutState } from "../../core/record.ts";
import type { Attempt } from "../../model/attempt.ts";
import type { JsonObject } from "../../model/json.ts";
import type { ResourcesUpdate } from "../../model/resources.ts";
import type { Span } from "../../model/span.ts";
import type { Worker } from "../../model/worker.ts";

/** What finds one document: its id, and the partition, by which a cluster may shard. */
export interface Key {
  /** The partition and the record's own ids. */
  readonly _id: string;
  readonly partition: string;
}

/** Makes the keys of one partition. */
export const keysOf = (partition: string) => (...ids: readonly string[]): Key => ({
  _id: [partition, ...ids].map(encodeURIComponent).join("/"),
  partition,
});

/** An attempt within its rollout. */
export interface AttemptDocument extends Omit<Attempt, "rollout_id" | "metadata"> {
  /** JSON. */
  readonly metadata: string | null;
}

/** What decisions read and write of a rollout's document. */
export interface StateDocument extends Key, RolloutState {
  /**
   * The marks of the last changes, the latest last. Whoever read them may write on the condition that
   * they are the same still, and tells by them afterwards whether a write of its own was made.
   */
  readonly revs: readonly string[];
  /** How many attempts there are. */
  readonly attempts: number;
  /** The latest of them. */
  readonly attempt: AttemptDocument | null;
  /** Orders the queue; null, or below 0 for an entry that a claim dropped, where there is none. */
  readonly place: number | null;
  /** The instant after which the watchdog looks; it may be early. */
  readonly deadline: number | null;
  /** `patienceOf` the core, so that a claim can set the deadline without reading. */
  readonly patience: number | null;
}

/** How many marks are kept: as many others may follow while one looks for an answer that was lost. */
const MARKS = 8;

/** The marks after one more. */
export const markedBy = (revs: readonly string[], token: string): readonly string[] => [
  ...revs.slice(1 - MARKS),
  token,
];

/** {@linkcode markedBy} in an update that is a pipeline. */
export const markingBy = (token: string) => ({
  $slice: [{ $concatArrays: ["$revs", [{ $literal: token }]] }, -MARKS],
});

/** Whether a stale entry was dropped from the queue. */
export const isDropped = ({ place }: Pick<StateDocument, "place">): boolean =>
  place !== null && place < 0;

/** A rollout's document as a query reads it. */
export interface ListedDocument extends StateDocument {
  /** JSON. */
  readonly input: string;
  /** JSON. */
  readonly metadata: string | null;
}

/** A rollout's document. */
export interface RolloutDocument extends ListedDocument {
  /** Orders the listing. */
  readonly inserted: number;
  /** The attempts before the latest, the first one first: `sequence_id` 1 is at 0. */
  readonly earlier: readonly AttemptDocument[];
}

/** A span. What queries filter and sort by stands beside its whole body. */
export interface SpanDocument extends
  Key,
  Pick<
    Span,
    | "rollout_id"
    | "attempt_id"
    | "span_id"
    | "sequence_id"
    | "trace_id"
    | "parent_id"
    | "name"
    | "start_time"
    | "end_time"
  > {
  readonly inserted: number;
  readonly status: Pick<Span["status"], "status_code">;
  /** JSON of the span. */
  readonly body: string;
}

/** The last sequence id that a rollout's spans got, whether there is such a rollout or not (K-06). */
export interface CounterDocument extends Key {
  readonly value: number;
  /** What `value` was before ids were drawn the last time. */
  readonly before?: number;
}

/** A worker. */
export interface WorkerDocument extends Key, Omit<Worker, "heartbeat_stats"> {
  readonly inserted: number;
  /** JSON. */
  readonly heartbeat_stats: string | null;
}

/** Resources in their present version. */
export interface ResourcesDocument extends Key, Omit<ResourcesUpdate, "resources"> {
  readonly inserted: number;
  /** Counts the writes of the partition: the greatest is the latest. */
  readonly written: number;
  /** Those of the last writes. */
  readonly recent: readonly number[];
  /** JSON. */
  readonly resources: string;
}

/** How many writes a partition's resources have seen. */
export interface WritesDocument extends Key {
  readonly writes: number;
}

/** The fields of {@linkcode StateDocument}, to be read. */
export const STATE_FIELDS = {
  partition: 1,
  rollout_id: 1,
  revs: 1,
  status: 1,
  mode: 1,
  resources_id: 1,
  start_time: 1,
  end_time: 1,
  config: 1,
  attempts: 1,
  attempt: 1,
  place: 1,
  deadline: 1,
  patience: 1,
} as const;

/** The fields of {@linkcode ListedDocument}, to be read. */
export const LISTED_FIELDS = { ...STATE_FIELDS, input: 1, metadata: 1 } as const;

/** A document without what decisions do not read. */
export const stateOnly = (document: StateDocument): StateDocument => ({
  _id: document._id,
  partition: document.partition,
  rollout_id: document.rollout_id,
  revs: document.revs,
  status: document.status,
  mode: document.mode,
  resources_id: document.resources_id,
  start_time: document.start_time,
  end_time: document.end_time,
  config: document.config,
  attempts: document.attempts,
  attempt: document.attempt,
  place: document.place,
  deadline: document.deadline,
  patience: document.patience,
});

/** JSON of a value that may be null. */
export const text = (value: JsonObject | null): string | null =>
  value === null ? null : JSON.stringify(value);

export const attemptDocument = (
  { rollout_id: _, metadata, ...attempt }: Attempt,
): AttemptDocument => ({ ...attempt, metadata: text(metadata) });

/** Whether an attempt's id, or `latest`, addresses the latest attempt. */
export const addressesLatest = (
  { attempt }: Pick<StateDocument, "attempt">,
  attempt_id: string | null,
): boolean => attempt_id === "latest" || attempt_id === attempt?.attempt_id;

/** A span with its JSON. */
export const spanDocument = (
  key: Key,
  span: Span,
  inserted: number,
  body = JSON.stringify(span),
): SpanDocument => ({
  ...key,
  rollout_id: span.rollout_id,
  attempt_id: span.attempt_id,
  span_id: span.span_id,
  sequence_id: span.sequence_id,
  trace_id: span.trace_id,
  parent_id: span.parent_id,
  name: span.name,
  start_time: span.start_time,
  end_time: span.end_time,
  status: { status_code: span.status.status_code },
  inserted,
  body,
});
