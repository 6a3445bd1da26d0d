/** The jobs, done by a store of this project. */

import type { PromiseStore } from "../mod.ts";
import { spanOf } from "./span_of.ts";
import { secondsOf, shared, type Subject, taskOf } from "./subject.ts";

/** The jobs on a store; `timed` runs the part of a job that counts. */
export const ours = (store: PromiseStore, timed = secondsOf): Subject => {
  const queueUp = (count: number) =>
    store.enqueueManyRollouts({
      rollouts: Array.from({ length: count }, (_, i) => ({ input: taskOf(i) })),
    });
  const attempts = async (count: number) => {
    await queueUp(count);
    return await store.dequeueManyRollouts({ limit: count });
  };

  return {
    enqueue: (operations, callers) =>
      timed(() => shared(operations, callers, (i) => store.enqueueRollout({ input: taskOf(i) }))),

    "enqueue-many": (operations) => timed(() => queueUp(operations)),

    claim: async (operations, callers) => {
      await queueUp(operations);
      return await timed(() =>
        shared(
          operations,
          callers,
          (_, caller) => store.dequeueRollout({ worker_id: `Worker-${caller}` }),
        )
      );
    },

    spans: async (operations, callers) => {
      const owners = await attempts(callers);
      const spans = Array.from({ length: operations }, (_, i) => {
        const { rollout_id = "", attempt } = owners[i % callers] ?? {};
        return spanOf(rollout_id, attempt?.attempt_id ?? "", i);
      });
      return await timed(() =>
        shared(operations, callers, (i) => {
          const span = spans[i];
          return span === undefined ? Promise.resolve() : store.addSpan({ span });
        })
      );
    },

    "attempt-update": async (operations, callers) => {
      const claimed = await attempts(operations);
      return await timed(() =>
        shared(operations, callers, (i) => {
          const { rollout_id = "", attempt } = claimed[i] ?? {};
          return store.updateAttempt({
            rollout_id,
            attempt_id: attempt?.attempt_id ?? "",
            status: "succeeded",
          });
        })
      );
    },
  };
};
