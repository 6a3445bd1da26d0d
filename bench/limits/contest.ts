/** A contest: one job, done by a store of ours and by what does the least for it. */

import { ratesOf, type Rounds } from "../rounds.ts";

/** Does a job a number of times by a number of callers; answers with the seconds that it took. */
export type Run = (operations: number, callers: number) => Promise<number>;

/** The two, ready to run. */
export interface Rivals {
  readonly ours: Run;
  readonly bare: Run;
  /** Lets go of both. */
  readonly close: () => Promise<void>;
}

/** How often a job is done in one round, and by how many callers. */
export interface Size {
  readonly operations: number;
  readonly callers: number;
}

export interface Contest {
  readonly name: string;
  readonly sizes: readonly Size[];
  readonly rounds: Rounds;
  /** Makes the two ready; what they keep is in files whose names begin with `path`. */
  readonly open: (path: string) => Promise<Rivals>;
}

/** What comes of a contest. */
export interface Figure {
  readonly name: string;
  readonly ours_per_s: number;
  readonly bound_per_s: number;
  readonly ratio: number;
}

/** Lets the two take turns. */
export const figureOf = async (
  name: string,
  { operations, callers }: Size,
  rounds: Rounds,
  { ours, bare }: Rivals,
): Promise<Figure> => {
  const turns = [ours, bare].map((run) => ({ operations, run: () => run(operations, callers) }));
  const [ours_per_s = NaN, bound_per_s = NaN] = await ratesOf(turns, rounds);
  return {
    name,
    ours_per_s: Math.round(ours_per_s),
    bound_per_s: Math.round(bound_per_s),
    ratio: Number((ours_per_s / bound_per_s).toFixed(3)),
  };
};
