/** The store with promises, for scripts and notebooks. */

import { E } from "../deps/fp.ts";
import type { StoreError } from "../model/errors.ts";
import type { LightningStore, PromiseStore, StoreTask } from "./lightning_store.ts";

/**
 * What the functions of a {@linkcode PromiseStore} reject with, always.
 *
 * @example
 * ```ts
 * import { createStore, memory, promises, StoreException } from "@lightning/store";
 *
 * const store = promises(createStore(memory()));
 * try {
 *   await store.startAttempt({ rollout_id: "ro-none" });
 * } catch (problem) {
 *   if (problem instanceof StoreException) console.log(problem.error._tag); // NotFound
 * }
 * ```
 */
export class StoreException extends Error {
  /** The class's name, also across realms and copies of the module. */
  override readonly name = "StoreException";

  /** Carries an error of the store. */
  constructor(
    /** The error as data. */
    readonly error: StoreError,
  ) {
    super(
      error.message,
      "cause" in error && error.cause !== null ? { cause: error.cause } : undefined,
    );
  }
}

/**
 * The same store with functions that answer with promises, which reject with
 * {@linkcode StoreException}.
 *
 * @example
 * ```ts
 * import { createStore, memory, promises } from "@lightning/store";
 *
 * const store = promises(createStore(memory()));
 * const rollout = await store.enqueueRollout({ input: "2 + 2" });
 * console.log(rollout.status); // queuing
 * ```
 */
export const promises = (store: LightningStore): PromiseStore => ({
  capabilities: store.capabilities,
  statistics: promised(store.statistics),
  otlpTracesEndpoint: promised(store.otlpTracesEndpoint),
  startRollout: promised(store.startRollout),
  enqueueRollout: promised(store.enqueueRollout),
  enqueueManyRollouts: promised(store.enqueueManyRollouts),
  dequeueRollout: promised(store.dequeueRollout),
  dequeueManyRollouts: promised(store.dequeueManyRollouts),
  startAttempt: promised(store.startAttempt),
  queryRollouts: promised(store.queryRollouts),
  getRolloutById: promised(store.getRolloutById),
  updateRollout: promised(store.updateRollout),
  queryAttempts: promised(store.queryAttempts),
  getLatestAttempt: promised(store.getLatestAttempt),
  updateAttempt: promised(store.updateAttempt),
  addSpan: promised(store.addSpan),
  addManySpans: promised(store.addManySpans),
  addOtelSpan: promised(store.addOtelSpan),
  querySpans: promised(store.querySpans),
  getNextSpanSequenceId: promised(store.getNextSpanSequenceId),
  getManySpanSequenceIds: promised(store.getManySpanSequenceIds),
  addResources: promised(store.addResources),
  updateResources: promised(store.updateResources),
  queryResources: promised(store.queryResources),
  getResourcesById: promised(store.getResourcesById),
  getLatestResources: promised(store.getLatestResources),
  queryWorkers: promised(store.queryWorkers),
  getWorkerById: promised(store.getWorkerById),
  updateWorker: promised(store.updateWorker),
  waitForRollouts: promised(store.waitForRollouts),
  close: promised(store.close),
});

const promised =
  <P extends readonly unknown[], A>(run: (...args: P) => StoreTask<A>) =>
  (...args: P): Promise<A> => run(...args)().then(valueOf);

/** The value, or a throw. */
export const valueOf = <A>(outcome: E.Either<StoreError, A>): A => {
  if (E.isRight(outcome)) return outcome.right;
  throw new StoreException(outcome.left);
};
