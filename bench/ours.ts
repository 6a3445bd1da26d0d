/** The jobs, done by a store of this project. */

import type { PromiseStore } from "../mod.ts";
import { claimed, queueUp, spanBatches } from "./prepared.ts";
import { secondsOf, shared, type Subject, taskOf } from "./subject.ts";

/** The jobs on a store; `timed` runs the part of a job that counts. */
export const ours = (store: PromiseStore, timed = secondsOf): Subject => ({
  enqueue: (operations, callers) =>
    timed(() => shared(operations, callers, (i) => store.enqueueRollout({ input: taskOf(i) }))),

  "enqueue-many": (operations) => timed(() => queueUp(store, operations)),

  claim: async (operations, callers) => {
    await queueUp(store, operations);
    return await timed(() =>
      shared(
        operations,
        callers,
        (_, caller) => store.dequeueRollout({ worker_id: `Worker-${caller}` }),
      )
    );
  },

  spans: async (operations, callers) => {
    const batches = await spanBatches(store, { spans: operations, attempts: callers, size: 1 });
    const spans = batches.flat();
    return await timed(() =>
      shared(operations, callers, (i) => {
        const span = spans[i];
        return span === undefined ? Promise.resolve() : store.addSpan({ span });
      })
    );
  },

  "attempt-update": async (operations, callers) => {
    const updated = await claimed(store, operations);
    return await timed(() =>
      shared(operations, callers, (i) => {
        const { rollout_id = "", attempt } = updated[i] ?? {};
        return store.updateAttempt({
          rollout_id,
          attempt_id: attempt?.attempt_id ?? "",
          status: "succeeded",
        });
      })
    );
  },
});
