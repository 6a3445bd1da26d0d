/** What the demo shows: progress while it runs, and a table at the end. */

import type { Progress, Score } from "./algorithm.ts";

/** Shows progress: one line that changes on a terminal, one line after another elsewhere. */
export const showProgress = ({ finished, total }: Progress): void => {
  const line = `${finished} of ${total} rollouts finished`;
  if (!Deno.stdout.isTerminal()) console.log(line);
  else Deno.stdout.writeSync(new TextEncoder().encode(`\r${line}${finished < total ? "" : "\n"}`));
};

/** The scores as an aligned table. */
export const table = (scores: readonly Score[]): string => {
  const rows = [
    ["prompt", "rollouts", "mean reward", "retries", "timeouts"],
    ...scores.map(({ prompt, rollouts, meanReward, retries, timeouts }) =>
      [prompt, rollouts, meanReward.toFixed(3), retries, timeouts].map(String)
    ),
  ];
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row.map((cell, i) => i === 0 ? cell.padEnd(width(i)) : cell.padStart(width(i))).join("  ")
  ).join("\n");
};

/** How fast it went, and which prompt won. */
export const summary = (
  scores: readonly Score[],
  done: { readonly rollouts: number; readonly seconds: number },
): string => {
  const { rollouts, seconds } = done;
  return [
    rollouts === 0
      ? "Nothing was left to do; --fresh, or a new store, starts over."
      : `${rollouts} rollouts in ${seconds.toFixed(1)} s: ${
        (rollouts / seconds).toFixed(0)
      } per second`,
    `Best prompt: ${scores[0]?.prompt ?? "none"}`,
  ].join("\n");
};
