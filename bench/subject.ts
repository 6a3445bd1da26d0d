/** What the benchmarks measure: four jobs, done by a store or by a bare engine. */

/** The hot paths of a store. */
export const JOBS = ["enqueue", "enqueue-many", "claim", "spans", "attempt-update"] as const;

/** One of the hot paths. */
export type Job = typeof JOBS[number];

/**
 * Does each job a number of times by a number of concurrent callers, and answers with the seconds
 * that the job took, without those of its preparation.
 */
export type Subject = Readonly<
  Record<Job, (operations: number, callers: number) => Promise<number>>
>;

/** A task of the usual size: about 100 bytes. */
export const taskOf = (i: number) => ({
  question: `What is ${i} plus ${i}? Answer with a number.`,
  answer: i + i,
  kind: "arithmetic",
});

/** Collects what is left behind: of late, or all of it. There with `--v8-flags=--expose-gc`. */
export const collect: ((how: { type: "minor" | "major" }) => void) | undefined = Reflect.get(
  globalThis,
  "gc",
);

/** Seconds that a job takes. What its preparation left behind is collected before it starts. */
export const secondsOf = async (job: () => unknown): Promise<number> => {
  collect?.({ type: "minor" });
  const from = performance.now();
  await job();
  return (performance.now() - from) / 1000;
};

/** Calls `each` for 0 … `operations` - 1, by callers that each wait for their last call. */
export const shared = async (
  operations: number,
  callers: number,
  each: (i: number, caller: number) => Promise<unknown>,
): Promise<void> => {
  let next = 0;
  const caller = async (_: unknown, number: number) => {
    while (next < operations) await each(next++, number);
  };
  await Promise.all(Array.from({ length: callers }, caller));
};
