/** Rollouts that a case starts from. */

import { assert } from "../../deps/assert.ts";
import type { AttemptedRollout, EnqueueRolloutRequest } from "../../model/rollout.ts";
import type { PromiseStore } from "../../store/lightning_store.ts";

/** Both ids of an attempt. */
export interface AttemptIds {
  readonly rollout_id: string;
  readonly attempt_id: string;
}

/** The ids of a rollout's attempt. */
export const idsOf = ({ rollout_id, attempt }: AttemptedRollout): AttemptIds => ({
  rollout_id,
  attempt_id: attempt.attempt_id,
});

/** Claims the head of the queue, which must not be empty. */
export const claim = async (
  store: PromiseStore,
  worker_id: string | null = null,
): Promise<AttemptedRollout> => {
  const claimed = await store.dequeueRollout({ worker_id });
  assert(claimed !== null, "the queue is empty");
  return claimed;
};

/** Enqueues a rollout and claims it; nothing else may be queued. */
export const enqueuedAndClaimed = async (
  store: PromiseStore,
  config: NonNullable<EnqueueRolloutRequest["config"]> = {},
  worker_id: string | null = null,
): Promise<AttemptIds> => {
  await store.enqueueRollout({ input: "task", config });
  return idsOf(await claim(store, worker_id));
};

/** The statuses of a rollout and of one of its attempts. */
export const statusesOf = async (
  store: PromiseStore,
  { rollout_id, attempt_id }: AttemptIds,
): Promise<{ readonly rollout: string | undefined; readonly attempt: string | undefined }> => {
  const rollout = await store.getRolloutById({ rollout_id });
  const { items } = await store.queryAttempts({ rollout_id });
  return {
    rollout: rollout?.status,
    attempt: items.find((attempt) => attempt.attempt_id === attempt_id)?.status,
  };
};
