/** Calls of one tick that share a round trip. */

import type { Batch, PortError } from "../backend.ts";
import type { E } from "../deps/fp.ts";

/** No batch is larger than this, so that no transaction grows without bound. */
const LARGEST_BATCH = 512;

/** Does one item by way of a batch. */
export type Single<I, A> = (item: I) => Promise<E.Either<PortError, A>>;

/**
 * Gathers the items of all calls that are made before the microtasks of the tick have run, and does
 * them as one batch, in the order of the calls. Each caller gets the outcome of its own item.
 */
export const gather = <I, A>(batch: Batch<I, A>): Single<I, A> => {
  let items: I[] = [];
  let settlers: Settler<A>[] = [];

  const flush = (): void => {
    const [mine, theirs] = [items, settlers];
    items = [];
    settlers = [];
    if (mine.length <= LARGEST_BATCH) return dispatch(batch, mine, theirs);
    for (let from = 0; from < mine.length; from += LARGEST_BATCH) {
      const to = from + LARGEST_BATCH;
      dispatch(batch, mine.slice(from, to), theirs.slice(from, to));
    }
  };

  return (item) =>
    new Promise((resolve, reject) => {
      if (items.length === 0) afterThisTask.then(flush);
      items.push(item);
      settlers.push({ resolve, reject });
    });
};

interface Settler<A> {
  readonly resolve: (outcome: E.Either<PortError, A>) => void;
  readonly reject: (cause: unknown) => void;
}

/** What is chained to it runs as a microtask. */
const afterThisTask = Promise.resolve();

const dispatch = <I, A>(
  batch: Batch<I, A>,
  items: readonly I[],
  settlers: readonly Settler<A>[],
): void => {
  batch(items).then(
    (outcomes) =>
      settlers.forEach(({ resolve, reject }, i) => {
        const outcome = outcomes[i];
        if (outcome === undefined) reject(new Error("The backend left an item without outcome"));
        else resolve(outcome);
      }),
    // A backend that breaks the law of never rejecting must not leave its callers waiting.
    (cause) => settlers.forEach(({ reject }) => reject(cause)),
  );
};

/** Does each item as a batch of its own. */
export const alone = <I, A>(batch: Batch<I, A>): Single<I, A> => (item) =>
  new Promise((resolve, reject) => dispatch(batch, [item], [{ resolve, reject }]));
