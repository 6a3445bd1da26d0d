/**
 * The life of a rollout: each command is a function from the record to the {@linkcode Change} that
 * it makes. Contract sections 2.3 to 2.7, 3 and 4.
 *
 * A decision may be made again on a newer record (compare-and-set), so it reads nothing but its
 * arguments.
 */

import { E } from "../deps/fp.ts";
import type { Attempt } from "../model/attempt.ts";
import {
  attemptNotFound,
  itemNotFound,
  noAttempts,
  type NotFound,
  rolloutNotFound,
} from "../model/errors.ts";
import type { AttemptPatch, RolloutPatch } from "../model/requests.ts";
import type { NewRollout, RolloutStatus } from "../model/rollout.ts";
import { addressesLatest, type Change, type NewRecord, type RolloutRecord } from "./record.ts";
import { derivedStatus } from "./retry.ts";
import { isEnded, isQueued, isTerminal } from "./status.ts";
import { judge } from "./watchdog.ts";
import { effectsOn, EVENT_OF_STATUS } from "./worker.ts";

/** The identity and the moment of something new. */
export interface Birth {
  readonly attempt_id: string;
  readonly worker_id: string | null;
  readonly now: number;
}

/** A new rollout at the end of the queue. */
export const enqueue = (
  request: NewRollout,
  rollout_id: string,
  now: number,
): NewRecord => ({
  rollout: {
    rollout_id,
    input: request.input,
    start_time: now,
    end_time: null,
    mode: request.mode,
    resources_id: request.resources_id,
    status: "queuing",
    config: request.config,
    metadata: request.metadata,
  },
  attempt: null,
  queued: true,
  workers: [],
});

/** A new rollout with its first attempt, past the queue. */
export const start = (
  request: NewRollout,
  rollout_id: string,
  birth: Birth,
): NewRecord & { readonly attempt: Attempt } => {
  const attempt = newAttempt(rollout_id, 1, birth);
  const { rollout } = enqueue(request, rollout_id, birth.now);
  return {
    rollout: { ...rollout, status: "preparing" },
    attempt,
    queued: false,
    workers: effectsOn(attempt, "given", birth.now),
  };
};

/**
 * The change that a claim makes. It depends on nothing in the record but how many attempts there
 * are, so that an engine that can append to an array need not read first.
 */
export const claim = (rollout_id: string, attempts: number, birth: Birth): ClaimChange => ({
  rollout: { status: "preparing" },
  attempt: { append: newAttempt(rollout_id, attempts + 1, birth) },
  queue: "leave",
});

/** The change of {@linkcode claim}. What it does to workers is the business of the whole claim. */
export interface ClaimChange {
  readonly rollout: { readonly status: "preparing" };
  readonly attempt: { readonly append: Attempt };
  /** Out of the queue. */
  readonly queue: "leave";
}

/** The status of a rollout whose claim is undone, since nobody got to know of it. */
export const statusBeforeClaim = (earlierAttempts: number): RolloutStatus =>
  earlierAttempts === 0 ? "queuing" : "requeuing";

/** A new attempt at a rollout in any status (K-12). A queue entry stays behind and is stale. */
export const startAttempt = (rollout_id: string, birth: Birth) =>
(
  record: RolloutRecord | null,
): E.Either<NotFound, Change> => {
  if (record === null) return E.left(rolloutNotFound(rollout_id));
  const attempt = newAttempt(rollout_id, record.attempts + 1, birth);
  return E.right({
    ...enter("preparing", birth.now),
    attempt: { append: attempt },
    workers: effectsOn(attempt, "given", birth.now),
  });
};

/** Replaces fields of a rollout. Any status may follow any other (K-13). */
export const updateRollout = (rollout_id: string, patch: RolloutPatch, now: number) =>
(
  record: RolloutRecord | null,
): E.Either<NotFound, Change> => {
  if (record === null) return E.left(itemNotFound(rollout_id));
  if (patch.status === undefined) return E.right({ rollout: patch });
  const entered = enter(patch.status, now);
  return E.right({ ...entered, rollout: { ...patch, ...entered.rollout } });
};

/** Replaces fields of an attempt; a status of the latest attempt moves the rollout (3.3). */
export const updateAttempt = (
  rollout_id: string,
  attempt_id: string,
  patch: AttemptPatch,
  now: number,
) =>
(record: RolloutRecord | null): E.Either<NotFound, Change> => {
  if (record === null) return E.left(rolloutNotFound(rollout_id));
  if (record.latest === null) return E.left(noAttempts(rollout_id, attempt_id));
  if (record.attempt === null) return E.left(attemptNotFound(rollout_id, attempt_id));
  return E.right(patchAttempt(record, record.attempt, patch, now));
};

/** A span was stored for the command's attempt (3.4). */
export const heartbeat = (now: number) => (record: RolloutRecord): Change => {
  const { attempt, rollout } = record;
  if (attempt === null) return {};
  const awakes = attempt.status === "preparing" || attempt.status === "unresponsive";
  const runs = awakes || attempt.status === "running";
  // A late span of an attempt that is over must not undo the retry of its rollout (B-01).
  const promotes = runs && addressesLatest(record) &&
    (rollout.status === "preparing" || rollout.status === "requeuing");
  return {
    ...promotes ? enter("running", now) : {},
    attempt: {
      set: awakes ? { last_heartbeat_time: now, status: "running" } : { last_heartbeat_time: now },
    },
    ...awakes ? { workers: effectsOn(attempt, "revived", now) } : {},
  };
};

/** The watchdog looks at the latest attempt: an overdue one gets its status as by `updateAttempt`. */
export const expire = (now: number) => (record: RolloutRecord): Change => {
  const status = judge(record, now);
  return status === null || record.attempt === null
    ? {}
    : patchAttempt(record, record.attempt, { status }, now);
};

const newAttempt = (
  rollout_id: string,
  sequence_id: number,
  { attempt_id, worker_id, now }: Birth,
): Attempt => ({
  rollout_id,
  attempt_id,
  sequence_id,
  start_time: now,
  end_time: null,
  status: "preparing",
  worker_id,
  last_heartbeat_time: null,
  metadata: null,
});

/**
 * What entering a status brings with it: a terminal one stamps the end each time (K-24) and wakes
 * whoever waits; any other clears the end (B-05); a queue status enters the queue.
 */
const enter = (
  status: RolloutStatus,
  now: number,
): Change & Required<Pick<Change, "rollout">> => ({
  rollout: { status, end_time: isTerminal(status) ? now : null },
  ...isQueued(status) ? { queue: "enter" } : {},
  ...isTerminal(status) ? { wakes: true } : {},
});

const patchAttempt = (
  record: RolloutRecord,
  before: Attempt,
  patch: AttemptPatch,
  now: number,
): Change => {
  const set = patch.status !== undefined && isEnded(patch.status)
    ? { ...patch, end_time: now }
    : patch;
  const after = { ...before, ...set };
  return {
    ...propagate(record, after, patch, now),
    attempt: { set },
    workers: [...releaseFormer(before, after, now), ...sync(after, patch, now)],
  };
};

/** Only a status that was given, and only of the latest attempt (B-04); never out of `cancelled` (B-02). */
const propagate = (
  record: RolloutRecord,
  after: Attempt,
  patch: AttemptPatch,
  now: number,
): Change => {
  const { rollout } = record;
  if (patch.status === undefined || !addressesLatest(record) || rollout.status === "cancelled") {
    return {};
  }
  const status = derivedStatus(after, rollout.config);
  return status === rollout.status ? {} : enter(status, now);
};

/** The worker is synced when it or the attempt's status was given (2.6, step 5). */
const sync = (after: Attempt, patch: AttemptPatch, now: number) =>
  patch.status !== undefined || patch.worker_id
    ? effectsOn(after, EVENT_OF_STATUS[after.status], now)
    : [];

const releaseFormer = (before: Attempt, after: Attempt, now: number) =>
  after.worker_id && before.worker_id !== after.worker_id ? effectsOn(before, "released", now) : [];
