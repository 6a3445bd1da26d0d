/**
 * Rivals take turns, and each figure is the median of its rounds, so that a machine whose speed
 * drifts or that does other work too still gives a fair ratio.
 */

import { median } from "./median.ts";

/** How many rounds there are: the first ones, in which the compiler still works, do not count. */
export interface Rounds {
  readonly uncounted: number;
  readonly counted: number;
}

/** A rival's part in one round. */
export interface Turn {
  readonly operations: number;
  /** Does them, and answers with the seconds that they took. */
  readonly run: () => Promise<number>;
}

/** The operations a second of each rival. */
export const ratesOf = async (
  rivals: readonly Turn[],
  { uncounted, counted }: Rounds,
): Promise<readonly number[]> => {
  const rates = rivals.map((): number[] => []);
  for (let round = 0; round < uncounted + counted; round++) {
    // There and back: nobody always comes after the same one, which may leave the machine busy.
    const order = [...rivals.entries()];
    if (round % 2 === 1) order.reverse();
    for (const [rival, { operations, run }] of order) {
      const seconds = await run();
      if (round >= uncounted) rates[rival]?.push(operations / seconds);
    }
  }
  return rates.map(median);
};
