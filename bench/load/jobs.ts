/** The hot paths of a store, as requests to its server. */

import type { PromiseStore } from "../../mod.ts";
import { protobufOf } from "../../tests/otlp/encoding.ts";
import { claimed, queueUp, spanBatches } from "../prepared.ts";
import { taskOf } from "../subject.ts";
import type { Load } from "./load.ts";
import { tracesWith } from "./otlp.ts";
import { posting, postingBytes } from "./request.ts";

/** A served store. */
export interface Served {
  readonly address: string;
  /** A client of it, which gets things ready. */
  readonly store: PromiseStore;
}

/** Gets a store ready for so many operations of so many callers, and answers with their requests. */
export type WireJob = (served: Served, operations: number, callers: number) => Promise<Load>;

/** Claims of `limit` rollouts each; an operation is a rollout. */
export const claims =
  (limit: number): WireJob => async ({ address, store }, operations, callers) => {
    await queueUp(store, operations);
    return claimLoad(address, limit, operations, callers);
  };

/** The same for a server that is ready as it is. */
export const claimLoad = (
  address: string,
  limit: number,
  operations: number,
  callers: number,
): Load => ({
  requests: Array.from(
    { length: Math.ceil(operations / limit) },
    (_, i) =>
      posting(address, "/queues/rollouts/dequeue", { limit, worker_id: `Worker-${i % callers}` }),
  ),
  isDone: holdsSomething,
});

/** Rollouts that are queued one by one. */
export const enqueues: WireJob = ({ address }, operations) =>
  Promise.resolve({
    requests: Array.from(
      { length: operations },
      (_, i) => posting(address, "/queues/rollouts/enqueue", { rollouts: [{ input: taskOf(i) }] }),
    ),
    isDone: holdsSomething,
  });

/** Rollouts that are started past the queue. */
export const starts: WireJob = ({ address }, operations) =>
  Promise.resolve({
    requests: Array.from(
      { length: operations },
      (_, i) => posting(address, "/rollouts", { input: taskOf(i) }),
    ),
    isDone: holdsSomething,
  });

/** Attempts that succeed. */
export const attemptUpdates: WireJob = async ({ address, store }, operations) => ({
  requests: (await claimed(store, operations)).map(({ rollout_id, attempt: { attempt_id } }) =>
    posting(address, `/rollouts/${rollout_id}/attempts/${attempt_id}`, { status: "succeeded" })
  ),
  isDone: holdsSomething,
});

/** Spans that come one by one, of as many attempts as there are callers. */
export const spans: WireJob = async ({ address, store }, operations, callers) => {
  const batches = await spanBatches(store, { spans: operations, attempts: callers, size: 1 });
  return {
    requests: batches.flat().map((span) => posting(address, "/spans", span)),
    isDone: holdsSomething,
  };
};

/** Spans that come by OTLP, `size` a request; an operation is a span. */
export const otlpSpans =
  (size: number): WireJob => async ({ address, store }, operations, callers) => {
    const batches = await spanBatches(store, { spans: operations, attempts: callers, size });
    return {
      requests: batches.map((batch) =>
        postingBytes(
          address,
          "/v1/traces",
          "application/x-protobuf",
          protobufOf(tracesWith(batch)),
        )
      ),
      // Where all are stored there is nothing to say.
      isDone: (body) => body.length === 0,
    };
  };

/** As long as `[]` and `null`, the answers when nothing is there. */
const holdsSomething = (body: Uint8Array): boolean => body.length > "null".length;
