/** Who goes first, where two batches of one process concern the same records. */

import type { Batch } from "../../backend.ts";

/** Runs what it is given when all before it that has one of its keys is done. */
export type Turns = <A>(keys: Iterable<string>, run: () => Promise<A>) => Promise<A>;

/**
 * A process never meets itself at a record: it would only find its writes refused. All keys are
 * taken in one step, so no two can wait for each other.
 */
export const turns = (): Turns => {
  const last = new Map<string, Promise<unknown>>();
  return async (keys, run) => {
    const mine = [...new Set(keys)];
    const before = mine.flatMap((key) => last.get(key) ?? []);
    const done = before.length === 0 ? run() : Promise.allSettled(before).then(run);
    for (const key of mine) last.set(key, done);
    try {
      return await done;
    } finally {
      for (const key of mine) if (last.get(key) === done) last.delete(key);
    }
  };
};

/** Lets one batch go at a time; what comes meanwhile goes together, as the next one. */
export const oneAtATime = <I, A>(batch: Batch<I, A>): Batch<I, A> => {
  let waiting: { readonly items: readonly I[]; readonly resolve: (from: number) => void }[] = [];
  let running: Promise<unknown> | null = null;
  let next: ReturnType<Batch<I, A>> | null = null;

  const runNext = (): ReturnType<Batch<I, A>> => {
    const mine = waiting;
    waiting = [];
    next = null;
    let from = 0;
    for (const { items, resolve } of mine) {
      resolve(from);
      from += items.length;
    }
    const run = batch(mine.flatMap(({ items }) => items));
    const ended = run.finally(() => {
      if (running === ended) running = null;
    });
    running = ended;
    return run;
  };

  return async (items) => {
    let resolve: (from: number) => void = () => {};
    const from = new Promise<number>((told) => resolve = told);
    waiting.push({ items, resolve });
    next ??= running === null ? Promise.resolve().then(runNext) : running.then(runNext, runNext);
    const outcomes = await next;
    const start = await from;
    return outcomes.slice(start, start + items.length);
  };
};

/** The first item of each key, then the second of each, and so on. */
export const linesOf = <I>(
  items: readonly I[],
  keyOf: (item: I) => string,
): readonly (readonly I[])[] => {
  const lines: I[][] = [];
  const counts = new Map<string, number>();
  for (const item of items) {
    const count = counts.get(keyOf(item)) ?? 0;
    counts.set(keyOf(item), count + 1);
    (lines[count] ??= []).push(item);
  }
  return lines;
};
