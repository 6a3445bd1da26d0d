/** Calls that come together, and share a round trip. */

import type { Batch, PortError } from "../backend.ts";
import { E } from "../deps/fp.ts";
import { backendError } from "../model/errors.ts";

/** No batch is larger than this, so that no transaction grows without bound. */
const LARGEST_BATCH = 512;

/** Does one item by way of a batch. */
export type Single<I, A> = (item: I) => Promise<E.Either<PortError, A>>;

/** Runs something later, once: when those have come that come together. */
type Later = (run: () => void) => void;

/** What is chained to it runs as a microtask. */
const afterThisTask = Promise.resolve();

/** When the microtasks of the tick have run that are there already. */
const inThisTick: Later = (run) => {
  afterThisTask.then(run);
};

/**
 * Gathers the items of all calls that come together, and does them as one batch, in the order of the
 * calls. Each caller gets the outcome of its own item.
 */
export const gather = <I, A>(batch: Batch<I, A>, later: Later = inThisTick): Single<I, A> => {
  let items: I[] = [];
  let callers: Caller<A>[] = [];

  const flush = (): void => {
    const [mine, theirs] = [items, callers];
    items = [];
    callers = [];
    if (mine.length <= LARGEST_BATCH) return dispatch(batch, mine, theirs);
    for (let from = 0; from < mine.length; from += LARGEST_BATCH) {
      const to = from + LARGEST_BATCH;
      dispatch(batch, mine.slice(from, to), theirs.slice(from, to));
    }
  };

  return (item) =>
    new Promise((resolve) => {
      callers.push(resolve);
      if (items.push(item) > 1) return;
      try {
        later(flush);
      } catch (cause) {
        // Nothing else would ever run it.
        items = [];
        callers = [];
        throw cause;
      }
    });
};

/** Does each item as a batch of its own. */
export const alone = <I, A>(batch: Batch<I, A>): Single<I, A> => (item) =>
  new Promise((resolve) => dispatch(batch, [item], [resolve]));

/** Takes the outcome of its item. */
type Caller<A> = (outcome: E.Either<PortError, A>) => void;

const dispatch = <I, A>(
  batch: Batch<I, A>,
  items: readonly I[],
  callers: readonly Caller<A>[],
): void => {
  const answer = (outcomes: readonly E.Either<PortError, A>[]): void => {
    for (let i = 0; i < callers.length; i++) callers[i]?.(outcomes[i] ?? NO_OUTCOME);
  };
  const fail = (cause: unknown): void => callers.forEach((caller) => caller(failed(cause)));
  // A backend that breaks the law of never failing so must not leave its callers waiting.
  try {
    batch(items).then(answer).catch(fail);
  } catch (cause) {
    fail(cause);
  }
};

const failed = (cause: unknown): E.Either<PortError, never> =>
  E.left(backendError("The backend rejected", cause));

const NO_OUTCOME = E.left(backendError("The backend left an item without outcome", null));
