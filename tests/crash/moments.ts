/** When processes are killed, which `CRASH_SEED` repeats. */

import fc from "fast-check";

const SEED = Number(Deno.env.get("CRASH_SEED") ?? Date.now() % 1_000_000);

/** Random times, in milliseconds after the first write: `CRASH_ROUNDS` of them, or `rounds`. */
export const moments = (rounds: number): readonly number[] => {
  console.log(`CRASH_SEED=${SEED}`);
  return fc.sample(fc.noBias(fc.integer({ min: 50, max: 600 })), {
    seed: SEED,
    numRuns: Number(Deno.env.get("CRASH_ROUNDS") ?? rounds),
  });
};
