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
  let settle: ((outcome: E.Either<PortError, A>) => void)[] = [];

  const flush = async () => {
    const [mine, theirs] = [items, settle];
    items = [];
    settle = [];
    for (let from = 0; from < mine.length; from += LARGEST_BATCH) {
      const outcomes = await batch(mine.slice(from, from + LARGEST_BATCH));
      // A batch has one outcome for each item.
      outcomes.forEach((outcome, i) => theirs[from + i]?.(outcome));
    }
  };

  return (item) =>
    new Promise((resolve) => {
      if (items.length === 0) queueMicrotask(flush);
      items.push(item);
      settle.push(resolve);
    });
};

/** Does each item as a batch of its own. */
export const alone = <I, A>(batch: Batch<I, A>): Single<I, A> => async (item) => {
  const [outcome] = await batch([item]);
  if (outcome === undefined) throw new Error("A batch of one item had no outcome");
  return outcome;
};
