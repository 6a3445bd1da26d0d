/** What the store knows of a runner. */

import { type Codec, Float, nullable, oneOf, record, Text } from "./codec.ts";
import { JsonObject } from "./json.ts";

/** Whether a worker has work. */
export type WorkerStatus = "idle" | "busy" | "unknown";

/**
 * The codec of {@linkcode WorkerStatus}.
 *
 * @example
 * ```ts
 * import { decode, WorkerStatus } from "@lightning/store";
 *
 * const decoded = decode(WorkerStatus, "idle");
 * console.log(decoded._tag); // Right
 * ```
 */
export const WorkerStatus: Codec<WorkerStatus> = oneOf("idle", "busy", "unknown");

/** What the store knows of a runner. All times are in seconds since the epoch. */
export interface Worker {
  /** Chosen by the runner; agent-lightning's send `Worker-0`, `Worker-1` … */
  readonly worker_id: string;
  /** Whether it has work. */
  readonly status: WorkerStatus;
  /** What it last reported of itself. */
  readonly heartbeat_stats: JsonObject | null;
  /** When it last reported; only `updateWorker` writes it. */
  readonly last_heartbeat_time: number | null;
  /** When it last asked for work, whether there was some or not. */
  readonly last_dequeue_time: number | null;
  /** When it last was given work. */
  readonly last_busy_time: number | null;
  /** When it last ran out of work. */
  readonly last_idle_time: number | null;
  /** The rollout that it works on. */
  readonly current_rollout_id: string | null;
  /** The attempt that it works on. */
  readonly current_attempt_id: string | null;
}

/**
 * The codec of {@linkcode Worker}.
 *
 * @example
 * ```ts
 * import { createStore, memory, Worker } from "@lightning/store";
 *
 * const polled = createStore(memory());
 * const worker = await polled.updateWorker({ worker_id: "Worker-0" })();
 * console.log(worker._tag === "Right" && Worker.is(worker.right)); // true
 * ```
 */
export const Worker: Codec<Worker> = record<Worker>("a worker", {
  worker_id: Text,
  status: WorkerStatus,
  heartbeat_stats: nullable(JsonObject),
  last_heartbeat_time: nullable(Float),
  last_dequeue_time: nullable(Float),
  last_busy_time: nullable(Float),
  last_idle_time: nullable(Float),
  current_rollout_id: nullable(Text),
  current_attempt_id: nullable(Text),
});
