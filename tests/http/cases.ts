/** The cases of the wire specification that need nothing but requests. */

import { around } from "./around.ts";
import { attemptsWorkersResources } from "./attempts_workers_resources.ts";
import { basicsAndQueue } from "./basics_and_queue.ts";
import { rolloutsAndQueries } from "./rollouts_and_queries.ts";
import { spansAndWaiting } from "./spans_and_waiting.ts";
import type { WireCase } from "./wire.ts";

export const CASES: readonly WireCase[] = [
  ...basicsAndQueue,
  ...rolloutsAndQueries,
  ...attemptsWorkersResources,
  ...spansAndWaiting,
  ...around,
];
