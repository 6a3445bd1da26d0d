/** The wire specification, case by case. */

import { attemptsWorkersResources } from "./attempts_workers_resources.ts";
import { basicsAndQueue } from "./basics_and_queue.ts";
import { rolloutsAndQueries } from "./rollouts_and_queries.ts";
import { spansAndWaiting } from "./spans_and_waiting.ts";
import { wire } from "./wire.ts";

const CASES = [
  ...basicsAndQueue,
  ...rolloutsAndQueries,
  ...attemptsWorkersResources,
  ...spansAndWaiting,
];

for (const { number, sentence, run } of CASES) {
  Deno.test(`wire ${number}: ${sentence}`, () => run(wire()));
}
