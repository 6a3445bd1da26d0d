/** One try at a rollout by one runner. */

import { type Codec, Float, integerFrom, nullable, oneOf, record, Text } from "./codec.ts";
import { JsonObject } from "./json.ts";

/** Where an attempt is in its life. */
export type AttemptStatus =
  | "preparing"
  | "running"
  | "failed"
  | "succeeded"
  | "unresponsive"
  | "timeout";

/**
 * The codec of {@linkcode AttemptStatus}.
 *
 * @example
 * ```ts
 * import { decode, AttemptStatus } from "@lightning/store";
 *
 * const decoded = decode(AttemptStatus, "running");
 * console.log(decoded._tag); // Right
 * ```
 */
export const AttemptStatus: Codec<AttemptStatus> = oneOf(
  "preparing",
  "running",
  "failed",
  "succeeded",
  "unresponsive",
  "timeout",
);

/** One try at a rollout by one runner. */
export interface Attempt {
  /** The rollout that is tried. */
  readonly rollout_id: string;
  /** `at-` and 8 hex digits; unique in its rollout. */
  readonly attempt_id: string;
  /** 1, 2, 3 … in each rollout. The latest attempt has the greatest one. */
  readonly sequence_id: number;
  /** Creation, in seconds since the epoch. */
  readonly start_time: number;
  /** When it was last set to `succeeded` or `failed`, in seconds since the epoch. */
  readonly end_time: number | null;
  /** Where it is in its life. */
  readonly status: AttemptStatus;
  /** Who tries. */
  readonly worker_id: string | null;
  /** The last stored span, or what `updateAttempt` gave, in seconds since the epoch. */
  readonly last_heartbeat_time: number | null;
  /** Whatever the runner attached. */
  readonly metadata: JsonObject | null;
}

/**
 * The codec of {@linkcode Attempt}.
 *
 * @example
 * ```ts
 * import { decode, Attempt } from "@lightning/store";
 *
 * const decoded = decode(Attempt, {
 *   rollout_id: "ro-1",
 *   attempt_id: "at-1",
 *   sequence_id: 1,
 *   start_time: 1,
 *   end_time: null,
 *   status: "preparing",
 *   worker_id: null,
 *   last_heartbeat_time: null,
 *   metadata: null,
 * });
 * console.log(decoded._tag); // Right
 * ```
 */
export const Attempt: Codec<Attempt> = record<Attempt>("an attempt", {
  rollout_id: Text,
  attempt_id: Text,
  sequence_id: integerFrom(1),
  start_time: Float,
  end_time: nullable(Float),
  status: AttemptStatus,
  worker_id: nullable(Text),
  last_heartbeat_time: nullable(Float),
  metadata: nullable(JsonObject),
});
