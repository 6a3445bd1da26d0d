/** What happens to a worker's record, as data. Contract section 3.6. */

import type { Attempt, AttemptStatus } from "../model/attempt.ts";
import type { JsonObject } from "../model/json.ts";
import type { Worker } from "../model/worker.ts";

/** The attempt that an effect is about. */
interface OfAttempt {
  readonly worker_id: string;
  readonly rollout_id: string;
  readonly attempt_id: string;
  readonly at: number;
}

/** One effect on one worker's record. */
export type WorkerEffect =
  /** It was given an attempt: busy with it from now on. */
  | { readonly type: "given" } & OfAttempt
  /** It claimed an attempt from the queue: given it, and it polled. */
  | { readonly type: "claimed" } & OfAttempt
  /** Its attempt came to life: busy with it, unless it is busy with another one. */
  | { readonly type: "revived" } & OfAttempt
  /** Its attempt ended: idle, unless it is busy with another one (B-10). */
  | { readonly type: "ended" } & OfAttempt
  /** Its attempt was given up by the watchdog: unknown, unless it is busy with another one. */
  | { readonly type: "lost" } & OfAttempt
  /** Its attempt went to another worker: idle if it still points at that attempt (B-11). */
  | { readonly type: "released" } & OfAttempt
  /** It asked for work and there was none. */
  | { readonly type: "polled"; readonly worker_id: string; readonly at: number }
  /** It reported of itself. */
  | {
    readonly type: "reported";
    readonly worker_id: string;
    readonly at: number;
    readonly heartbeat_stats?: JsonObject;
  };

/** What an attempt in this status does to its worker. */
export const EFFECT_OF_STATUS: Readonly<
  Record<AttemptStatus, "given" | "ended" | "lost">
> = {
  preparing: "given",
  running: "given",
  succeeded: "ended",
  failed: "ended",
  timeout: "lost",
  unresponsive: "lost",
};

/** The effects on the attempt's worker, if it has one. */
export const effectOn = (
  { worker_id, rollout_id, attempt_id }: Pick<Attempt, "worker_id" | "rollout_id" | "attempt_id">,
  type: "given" | "claimed" | "revived" | "ended" | "lost" | "released",
  at: number,
): readonly WorkerEffect[] =>
  worker_id === null || worker_id === "" ? [] : [{ type, worker_id, rollout_id, attempt_id, at }];

/** What a claim does to its worker, who points at the last attempt that it was given (K-10). */
export const effectOfClaim = (
  worker_id: string | null,
  claimed: readonly { readonly attempt: Attempt }[],
  at: number,
): readonly WorkerEffect[] => {
  const last = claimed[claimed.length - 1];
  if (last !== undefined) return effectOn(last.attempt, "claimed", at);
  return worker_id === null || worker_id === "" ? [] : [{ type: "polled", worker_id, at }];
};

/** A worker that nothing is known of. */
export const newWorker = (worker_id: string): Worker => ({
  worker_id,
  status: "unknown",
  heartbeat_stats: null,
  last_heartbeat_time: null,
  last_dequeue_time: null,
  last_busy_time: null,
  last_idle_time: null,
  current_rollout_id: null,
  current_attempt_id: null,
});

/**
 * A worker's record after an effect; null leaves an unknown worker unknown. An effect never touches
 * the fields of a report, and a report touches no others.
 */
export const applyWorkerEffect = (known: Worker | null, effect: WorkerEffect): Worker | null => {
  const worker = known ?? newWorker(effect.worker_id);
  const { at } = effect;
  switch (effect.type) {
    case "given":
      return busy(worker, effect);
    case "claimed":
      return { ...busy(worker, effect), last_dequeue_time: at };
    case "revived":
      return isFree(worker) || holds(worker, effect) ? busy(worker, effect) : worker;
    case "ended":
      return isFree(worker) || holds(worker, effect) ? free(worker, "idle", at) : worker;
    case "lost":
      return isFree(worker) || holds(worker, effect) ? free(worker, "unknown", at) : worker;
    case "released":
      return holds(worker, effect) ? free(worker, "idle", at) : known;
    case "polled":
      return known?.status === "idle"
        ? { ...known, last_dequeue_time: at }
        : { ...free(worker, "idle", at), last_dequeue_time: at };
    case "reported":
      return {
        ...worker,
        last_heartbeat_time: at,
        heartbeat_stats: effect.heartbeat_stats ?? worker.heartbeat_stats,
      };
  }
};

const busy = (worker: Worker, { rollout_id, attempt_id, at }: OfAttempt): Worker => ({
  ...worker,
  status: "busy",
  last_busy_time: at,
  current_rollout_id: rollout_id,
  current_attempt_id: attempt_id,
});

const free = (worker: Worker, status: "idle" | "unknown", at: number): Worker => ({
  ...worker,
  status,
  last_idle_time: at,
  current_rollout_id: null,
  current_attempt_id: null,
});

const isFree = ({ current_attempt_id }: Worker): boolean => current_attempt_id === null;

const holds = (worker: Worker, { rollout_id, attempt_id }: OfAttempt): boolean =>
  worker.current_rollout_id === rollout_id && worker.current_attempt_id === attempt_id;
