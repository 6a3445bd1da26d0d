/** What the cells of the notebooks are meant to show, by their ids. */

import type { NOTEBOOKS } from "./notebook.ts";

/** One output of a cell. */
export interface Shown {
  /** Its media types, or the stream that it is printed to. */
  readonly forms: readonly string[];
  /** What can be read in each form that is text. */
  readonly words: readonly string[];
}

const shownAs = (forms: readonly string[]) => (...words: readonly string[]): Shown => ({
  forms,
  words,
});

const value = shownAs(["text/plain"]);
const table = shownAs(["text/html", "text/plain"]);
const drawing = shownAs(["image/svg+xml", "text/html", "text/plain"]);
const chart = shownAs([
  "application/vnd.vegalite.v5+json",
  "image/svg+xml",
  "text/html",
  "text/plain",
]);
const printed = shownAs(["stdout"]);

/** A cell that is not named shows nothing. */
export const SHOWN: Readonly<
  Record<typeof NOTEBOOKS[number], Readonly<Record<string, readonly Shown[]>>>
> = {
  quickstart: {
    resources: [table("What is {a} + {b}?")],
    enqueue: [table("Rollouts: 5 of 40", "queuing")],
    waterfall: [drawing("agent.run", "model.chat", "accuracy 0.")],
    watch: [table("succeeded 40", "done")],
    rewards: [chart("Rewards: 40.")],
    retries: [table("Attempts: 10", "failed", "succeeded")],
    statistics: [table("total_rollouts", "40", "45")],
  },
  compare_prompts: {
    run: [table("done"), printed("check", "steps", "guess", "240")],
    distribution: [chart("prompt-check", "prompt-steps", "prompt-guess", "mean 0.")],
    curve: [chart("Rewards: 7")],
    attempts: [table("Attempts: 8", "unresponsive", "failed")],
    waterfall: [drawing("agent.work", "agent.add")],
    workers: [table("Workers: 8", "unknown")],
  },
  store_file: {
    statistics: [table("total_rollouts", "61")],
    rollouts: [table("Rollouts: 5 of 61", "prompt-")],
    failures: [table("Rollouts: 1", "Write a poem.", "failed")],
    attempts: [table("Attempts: ", "failed")],
    waterfall: [drawing("agent.work")],
    spans: [value("The model stopped in the middle of its answer")],
    rollout: [table("Rollout", "max_attempts", "task")],
  },
  compare_backends: {
    measure: [printed("memory", "sqlite-normal", "sqlite-full", "64")],
    plot: [chart("Claims a second")],
  },
};
