/** Records, decisions and questions for the laws. */

import type { Backend, ChangeRequest, ClaimRequest, PortError } from "../../backend.ts";
import type { NewRecord } from "../../core/record.ts";
import {
  enqueue,
  expire,
  start,
  startAttempt,
  updateAttempt,
  updateRollout,
} from "../../core/lifecycle.ts";
import type { Selection } from "../../core/selection.ts";
import { assert } from "../../deps/assert.ts";
import { E } from "../../deps/fp.ts";
import { rolloutNotFound } from "../../model/errors.ts";
import type { AttemptPatch, RolloutPatch } from "../../model/requests.ts";
import { DEFAULT_CONFIG, type NewRollout, type RolloutConfig } from "../../model/rollout.ts";

/** What became of an item. */
export type Outcome = E.Either<PortError, unknown>;

/** A rollout at the end of the queue. */
export const queued = (
  rollout_id: string,
  config: Partial<RolloutConfig> = {},
  now = 1,
): NewRecord => enqueue(request(rollout_id, config), rollout_id, now);

/** A rollout past the queue, with its first attempt. */
export const started = (rollout_id: string, attempt_id: string, worker_id: string): NewRecord =>
  start(request(rollout_id, {}), rollout_id, { attempt_id, worker_id, now: 1 });

const request = (rollout_id: string, config: Partial<RolloutConfig>): NewRollout => ({
  input: { task: [rollout_id] },
  mode: null,
  resources_id: null,
  config: { ...DEFAULT_CONFIG, ...config },
  metadata: {},
});

/** A wish for rollouts, whose attempts get these ids, and then ids made of the last one. */
export const wish = (
  limit: number,
  worker_id: string | null = null,
  attempt_ids: readonly string[] = [],
  now = 2,
): ClaimRequest => {
  let drawn = 0;
  return {
    limit,
    worker_id,
    now,
    attemptId: () => attempt_ids[drawn++] ?? `at-${worker_id}-${now}-${drawn}`,
  };
};

/** A wish for one rollout, whose attempt gets this id however often it is drawn. */
export const wishFor = (attempt_id: string, worker_id: string): ClaimRequest => ({
  ...wish(1, worker_id),
  attemptId: () => attempt_id,
});

/** A change of a rollout. */
export const rolloutChange = (
  rollout_id: string,
  patch: RolloutPatch,
  now = 3,
): ChangeRequest => ({
  rollout_id,
  attempt_id: null,
  now,
  payload: true,
  decide: updateRollout(rollout_id, patch, now),
});

/** A change of an attempt. */
export const attemptChange = (
  rollout_id: string,
  attempt_id: string,
  patch: AttemptPatch,
  now = 3,
): ChangeRequest => ({
  rollout_id,
  attempt_id,
  now,
  payload: false,
  decide: updateAttempt(rollout_id, attempt_id, patch, now),
});

/** A new attempt at a rollout. */
export const newAttempt = (rollout_id: string, attempt_id: string, now = 3): ChangeRequest => ({
  ...rolloutChange(rollout_id, {}, now),
  decide: startAttempt(rollout_id, { attempt_id, worker_id: null, now }),
});

/** The watchdog's look at a record. */
const lookAt = (rollout_id: string, now: number): ChangeRequest => ({
  rollout_id,
  attempt_id: "latest",
  now,
  payload: false,
  decide: (record) =>
    record === null ? E.left(rolloutNotFound(rollout_id)) : E.right(expire(now)(record)),
});

/** Looks at each record that is overdue; answers with their ids. */
export const lookAtOverdue = async (backend: Backend, now: number): Promise<readonly string[]> => {
  const found = await overdueIds(backend, now);
  (await backend.change(found.map((rollout_id) => lookAt(rollout_id, now)))).forEach(valueOf);
  return found;
};

/** The ids of the records that are overdue. */
export const overdueIds = async (backend: Backend, now: number): Promise<readonly string[]> =>
  valueOf(await backend.overdue(now, 1000));

/** Everything, in the order of insertion. */
export const EVERYTHING: Selection<never> = {
  criteria: [],
  logic: "and",
  order: null,
  limit: -1,
  offset: 0,
};

/** The value of an outcome that must be one. */
export const valueOf = <A>(outcome: E.Either<PortError, A> | undefined): A => {
  assert(outcome?._tag === "Right", `expected a value, got ${JSON.stringify(outcome)}`);
  return outcome.right;
};

/** The tag of an outcome: `ok`, or that of its error. */
export const tagOf = (outcome: Outcome | undefined): string | undefined =>
  outcome?._tag === "Left" ? outcome.left._tag : outcome && "ok";

/** The ids of the stored rollouts, in the order of insertion. */
export const storedIds = async (backend: Backend): Promise<readonly string[]> =>
  valueOf(await backend.queryRollouts(EVERYTHING)).items.map(({ rollout_id }) => rollout_id);

/** The ids of the rollouts that one claim of up to `limit` gets. */
export const claimedIds = async (backend: Backend, limit: number): Promise<readonly string[]> => {
  const [outcome] = await backend.claim([wish(limit)]);
  return valueOf(outcome).map(({ rollout_id }) => rollout_id);
};
