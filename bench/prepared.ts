/** What a store holds before a job starts. */

import type { AttemptedRollout, PromiseStore, Span } from "../mod.ts";
import { spanOf } from "./span_of.ts";
import { taskOf } from "./subject.ts";

/** Rollouts in the queue. */
export const queueUp = (store: PromiseStore, count: number) =>
  store.enqueueManyRollouts({
    rollouts: Array.from({ length: count }, (_, i) => ({ input: taskOf(i) })),
  });

/** Rollouts that have been claimed. */
export const claimed = async (
  store: PromiseStore,
  count: number,
): Promise<readonly AttemptedRollout[]> => {
  await queueUp(store, count);
  return await store.dequeueManyRollouts({ limit: count });
};

/** Claimed attempts, and spans of theirs to store: each batch is of one of them, in turn. */
export const spanBatches = async (
  store: PromiseStore,
  { spans, attempts, size }: {
    readonly spans: number;
    readonly attempts: number;
    /** The spans of a batch. */
    readonly size: number;
  },
): Promise<readonly (readonly Span[])[]> => {
  const owners = await claimed(store, attempts);
  return Array.from({ length: Math.ceil(spans / size) }, (_, batch) => {
    const { rollout_id = "", attempt } = owners[batch % attempts] ?? {};
    return Array.from(
      { length: size },
      (_, i) => spanOf(rollout_id, attempt?.attempt_id ?? "", batch * size + i),
    );
  });
};
