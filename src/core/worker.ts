/** What happens to a worker's record, as data. Contract section 3.6. */

import type { Attempt, AttemptStatus } from "../model/attempt.ts";
import type { JsonObject } from "../model/json.ts";
import type { Worker } from "../model/worker.ts";

/**
 * One effect on one worker's record: fields to set, and on which condition. A worker that is not
 * known is as {@linkcode newWorker}: it is made unless the condition fails for it.
 *
 * An effect never touches the fields of a report, and a report touches no others.
 */
export interface WorkerEffect {
  /** The worker. */
  readonly worker_id: string;
  /** The fields to set. */
  readonly set: Partial<Omit<Worker, "worker_id">>;
  /** What must hold of the worker. */
  readonly when: Condition;
}

/** What must hold of a worker for an effect to apply. */
export type Condition =
  | { readonly is: "always" }
  | { readonly is: "not idle" }
  /** It works on this attempt. */
  | { readonly is: "holding" } & AttemptIds
  /** It works on this attempt or on none. */
  | { readonly is: "free or holding" } & AttemptIds;

/** Which attempt. */
export type AttemptIds = Pick<Attempt, "rollout_id" | "attempt_id">;

/** What happened to an attempt, as far as its worker is concerned. */
export type AttemptEvent = "given" | "claimed" | "revived" | "ended" | "lost" | "released";

/** What an attempt's status, when it is written, means for its worker. */
export const EVENT_OF_STATUS: Readonly<Record<AttemptStatus, AttemptEvent>> = {
  preparing: "given",
  running: "given",
  succeeded: "ended",
  failed: "ended",
  timeout: "lost",
  unresponsive: "lost",
};

/** The effects on the attempt's worker, if it has one. */
export const effectsOn = (
  { worker_id, rollout_id, attempt_id }: Pick<Attempt, "worker_id" | "rollout_id" | "attempt_id">,
  event: AttemptEvent,
  at: number,
): readonly WorkerEffect[] =>
  worker_id === null || worker_id === ""
    ? []
    : [{ worker_id, ...EFFECT_OF_EVENT[event]({ rollout_id, attempt_id }, at) }];

type Effect = Omit<WorkerEffect, "worker_id">;

const EFFECT_OF_EVENT: Readonly<Record<AttemptEvent, (of: AttemptIds, at: number) => Effect>> = {
  /** It was given an attempt. */
  given: (of, at) => ({ when: { is: "always" }, set: busy(of, at) }),
  /** It claimed an attempt from the queue. */
  claimed: (of, at) => ({
    when: { is: "always" },
    set: { ...busy(of, at), last_dequeue_time: at },
  }),
  /** Its attempt showed life again (B-09), which must not take it off another one. */
  revived: (of, at) => ({ when: { is: "free or holding", ...of }, set: busy(of, at) }),
  /** Its attempt ended, which must not free it of another one (B-10). */
  ended: (of, at) => ({ when: { is: "free or holding", ...of }, set: free("idle", at) }),
  /** The watchdog gave its attempt up. */
  lost: (of, at) => ({ when: { is: "free or holding", ...of }, set: free("unknown", at) }),
  /** Its attempt went to another worker (B-11). */
  released: (of, at) => ({ when: { is: "holding", ...of }, set: free("idle", at) }),
};

const busy = ({ rollout_id, attempt_id }: AttemptIds, at: number): Effect["set"] => ({
  status: "busy",
  last_busy_time: at,
  current_rollout_id: rollout_id,
  current_attempt_id: attempt_id,
});

const free = (status: "idle" | "unknown", at: number): Effect["set"] => ({
  status,
  last_idle_time: at,
  current_rollout_id: null,
  current_attempt_id: null,
});

/**
 * What a claim does to its worker: it points at the last attempt that it was given (K-10). One that
 * got nothing is idle from now on, unless it was already (B-08).
 */
export const effectsOfClaim = (
  worker_id: string | null,
  claimed: readonly { readonly attempt: Attempt }[],
  at: number,
): readonly WorkerEffect[] => {
  const last = claimed[claimed.length - 1];
  if (last !== undefined) return effectsOn(last.attempt, "claimed", at);
  return worker_id === null || worker_id === "" ? [] : [
    { worker_id, when: { is: "not idle" }, set: free("idle", at) },
    { worker_id, when: { is: "always" }, set: { last_dequeue_time: at } },
  ];
};

/** What a worker's report does to its record. */
export const effectOfReport = (
  worker_id: string,
  heartbeat_stats: JsonObject | undefined,
  at: number,
): WorkerEffect => ({
  worker_id,
  when: { is: "always" },
  set: {
    last_heartbeat_time: at,
    ...heartbeat_stats === undefined ? {} : { heartbeat_stats },
  },
});

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

/** A worker's record after an effect; null for one that stays unknown. */
export const applyWorkerEffect = (known: Worker | null, effect: WorkerEffect): Worker | null => {
  const worker = known ?? newWorker(effect.worker_id);
  return holds(effect.when, worker) ? { ...worker, ...effect.set } : known;
};

const holds = (when: Condition, worker: Worker): boolean => {
  switch (when.is) {
    case "always":
      return true;
    case "not idle":
      return worker.status !== "idle";
    case "holding":
      return worksOn(worker, when);
    case "free or holding":
      return worker.current_attempt_id === null || worksOn(worker, when);
  }
};

const worksOn = (worker: Worker, { rollout_id, attempt_id }: AttemptIds): boolean =>
  worker.current_rollout_id === rollout_id && worker.current_attempt_id === attempt_id;
