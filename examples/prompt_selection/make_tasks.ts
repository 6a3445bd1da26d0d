/**
 * Makes `tasks.json`: 240 questions with known answers, 80 of each of three kinds.
 *
 * The questions are drawn by fast-check from a fixed seed, so a run makes the same file again:
 *
 * ```sh
 * deno run --allow-write=examples examples/prompt_selection/make_tasks.ts
 * ```
 */

import fc from "fast-check";
import type { Task } from "./task.ts";

const SEED = 20_240;
const TASKS_PER_KIND = 80;

/** All tasks, the kinds taking turns. */
export const makeTasks = (): readonly Task[] => {
  const kinds = Object.entries(KINDS).map(([kind, task]) => draw(kind, task));
  return Array.from({ length: TASKS_PER_KIND }, (_, i) => kinds.flatMap((tasks) => tasks[i] ?? []))
    .flat();
};

type Question = Omit<Task, "id">;

const draw = (kind: string, question: fc.Arbitrary<Question>): readonly Task[] => {
  const [questions = []] = fc.sample(
    fc.uniqueArray(fc.noBias(question), {
      minLength: TASKS_PER_KIND,
      maxLength: TASKS_PER_KIND,
      selector: (drawn) => drawn.question,
    }),
    { seed: SEED, numRuns: 1 },
  );
  return questions.map((drawn, i) => ({ id: `${kind}-${i + 1}`, ...drawn }));
};

const total = (terms: readonly number[]): number => terms.reduce((sum, term) => sum + term, 0);

const terms = (least: number, most: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: -20, max: 60 }).filter((term) => term !== 0), {
    minLength: least,
    maxLength: most,
  });

/** Such as `17 + 5 - 9`. */
const sum = fc.tuple(fc.integer({ min: 1, max: 99 }), terms(1, 6)).map(([first, rest]) => ({
  question: `What is ${first}${
    rest.map((term) => ` ${term < 0 ? "-" : "+"} ${Math.abs(term)}`).join("")
  }?`,
  answer: first + total(rest),
}));

/** Such as `Ada has 12 pens, finds 7 and loses 4. How many are left?` */
const story = fc.tuple(
  fc.constantFrom("Ada", "Bo", "Cleo", "Dan"),
  fc.constantFrom("pens", "shells", "stamps", "coins"),
  fc.integer({ min: 100, max: 200 }),
  terms(1, 4),
).map(([who, things, first, rest]) => ({
  question: `${who} has ${first} ${things}, ${
    rest.map((term) => `${term < 0 ? "loses" : "finds"} ${Math.abs(term)}`).join(", then ")
  }. How many are left?`,
  answer: first + total(rest),
}));

/** Such as `How many letters has "green river"?` */
const letters = fc.uniqueArray(
  fc.constantFrom("green", "river", "stone", "a", "lightning", "store", "quiet", "of", "thunder"),
  { minLength: 1, maxLength: 6 },
).map((words) => ({
  question: `How many letters has "${words.join(" ")}"?`,
  answer: total(words.map((word) => word.length)),
}));

const KINDS: Readonly<Record<string, fc.Arbitrary<Question>>> = { sum, story, letters };

if (import.meta.main) {
  const json = JSON.stringify(makeTasks(), null, 2);
  Deno.writeTextFileSync(new URL("tasks.json", import.meta.url), `${json}\n`);
}
