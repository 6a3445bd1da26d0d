/** The words after a benchmark's command keep to the jobs whose name has all of them. */

/** The jobs that are wanted; where there are none, the program ends and tells which there are. */
export const wanted = (jobs: readonly string[]): ReadonlySet<string> => {
  const some = jobs.filter((job) => Deno.args.every((word) => job.includes(word)));
  if (some.length > 0) return new Set(some);
  console.error(
    `No job has ${Deno.args.join(" and ")} in its name. There are:\n${jobs.join("\n")}`,
  );
  Deno.exit(2);
};
