/** Records, decisions and questions for the laws. */

import type { Backend, ChangeRequest, PortError } from "../../backend.ts";
import type { NewRecord } from "../../core/record.ts";
import { enqueue, updateAttempt, updateRollout } from "../../core/lifecycle.ts";
import type { Selection } from "../../core/selection.ts";
import { assert } from "../../deps/assert.ts";
import type { E } from "../../deps/fp.ts";
import type { AttemptPatch, RolloutPatch } from "../../model/requests.ts";
import { DEFAULT_CONFIG, type RolloutConfig } from "../../model/rollout.ts";

/** A rollout at the end of the queue. */
export const queued = (
  rollout_id: string,
  config: Partial<RolloutConfig> = {},
  now = 1,
): NewRecord =>
  enqueue(
    {
      input: rollout_id,
      mode: null,
      resources_id: null,
      config: { ...DEFAULT_CONFIG, ...config },
      metadata: {},
    },
    rollout_id,
    now,
  );

/** A wish for rollouts, whose attempts get these ids, and then ids made of the last one. */
export const wish = (
  limit: number,
  worker_id: string | null = null,
  attempt_ids: readonly string[] = [],
  now = 2,
) => {
  let drawn = 0;
  return {
    limit,
    worker_id,
    now,
    attemptId: () => attempt_ids[drawn++] ?? `at-${worker_id}-${now}-${drawn}`,
  };
};

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
export const tagOf = (outcome: E.Either<PortError, unknown> | undefined): string | undefined =>
  outcome?._tag === "Left" ? outcome.left._tag : outcome && "ok";

/** The ids of the stored rollouts, in the order of insertion. */
export const storedIds = async (backend: Backend): Promise<readonly string[]> =>
  valueOf(await backend.queryRollouts(EVERYTHING)).items.map(({ rollout_id }) => rollout_id);

/** The ids of the rollouts that one claim of up to `limit` gets. */
export const claimedIds = async (backend: Backend, limit: number): Promise<readonly string[]> => {
  const [outcome] = await backend.claim([wish(limit)]);
  return valueOf(outcome).map(({ rollout_id }) => rollout_id);
};
