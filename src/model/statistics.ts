/** What a store can do, and how much it holds. */

import { AnyString, type Codec, Float, Integer, optional, record } from "./codec.ts";

/** What a store can do. Source: the store contract, section 1.13. */
export interface Capabilities {
  /** It may be used from several threads. */
  readonly thread_safe: boolean;
  /** It may be used by concurrent tasks. */
  readonly async_safe: boolean;
  /** One copy of the data serves all processes. */
  readonly zero_copy: boolean;
  /** It takes OTLP traces over HTTP. */
  readonly otlp_traces: boolean;
}

/** How much a store holds. */
export interface Statistics {
  /** The name of the implementation. */
  readonly name: string;
  /** Stored rollouts. */
  readonly total_rollouts: number;
  /** Stored attempts. */
  readonly total_attempts: number;
  /** Stored spans. */
  readonly total_spans: number;
  /** Stored resources. */
  readonly total_resources: number;
  /** Known workers. */
  readonly total_workers: number;
  /** Seconds since this store was made. */
  readonly uptime: number;
  /** Estimated bytes of the stored spans; memory only. */
  readonly total_span_bytes?: number;
  /** Spans are evicted above this many bytes; memory only. */
  readonly eviction_threshold_bytes?: number;
  /** Spans are evicted down to this many bytes; memory only. */
  readonly safe_threshold_bytes?: number;
  /** Memory of the machine in bytes; memory only. */
  readonly memory_capacity_bytes?: number;
}

/**
 * The codec of {@linkcode Statistics}.
 *
 * @example
 * ```ts
 * import { createStore, memory, Statistics } from "@lightning/store";
 *
 * const told = await createStore(memory()).statistics()();
 * console.log(told._tag === "Right" && Statistics.is(told.right)); // true
 * ```
 */
export const Statistics: Codec<Statistics> = record<Statistics>("statistics", {
  name: AnyString,
  total_rollouts: Integer,
  total_attempts: Integer,
  total_spans: Integer,
  total_resources: Integer,
  total_workers: Integer,
  uptime: Float,
  total_span_bytes: optional(Float),
  eviction_threshold_bytes: optional(Float),
  safe_threshold_bytes: optional(Float),
  memory_capacity_bytes: optional(Float),
});
