/**
 * Measures the service beside the Python server of agent-lightning 0.3, whose store is in memory:
 * requests a second, of the same requests by the same connections, in one run. Standard output has
 * one JSON object a line; standard error has the same as a table.
 *
 * Words after the command keep to the jobs whose name has them: `deno task peers claim`.
 */

import { attemptUpdates, claims, enqueues, type Served, spans, type WireJob } from "./load/jobs.ts";
import { secondsUnder } from "./load/load.ts";
import { servedStore } from "./load/service.ts";
import { aglStore } from "./peers/agl_store.ts";
import { ratesOf, type Turn } from "./rounds.ts";
import { grouped, table } from "./table.ts";
import { wanted } from "./wanted.ts";

const JOBS: Readonly<Record<string, WireJob>> = {
  "claim of one": claims(1),
  "enqueue of one": enqueues,
  "attempt update": attemptUpdates,
  "span": spans,
};

const CALLERS = [1, 32];

/** As many as take the Python server about a second. */
const THEIRS = 500;

/** As many as take ours long enough to be measured. */
const OURS = 4_000;

const ROUNDS = { uncounted: 3, counted: 5 };

/** Each makes servers and stores of its own, so that no job meets what another one has left. */
const figureOf = async (job: WireJob, callers: number) => {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const turn = (served: Served & AsyncDisposable, operations: number): Turn => {
    stack.use(served);
    const run = async () =>
      await secondsUnder(served.address, callers, await job(served, operations, callers));
    return { operations, run };
  };
  const turns = [
    turn(await aglStore(), THEIRS),
    turn(await servedStore("memory:"), OURS),
    turn(await servedStore(`sqlite:${folder}/store.db`), OURS),
  ];
  const [python = NaN, memory = NaN, sqlite = NaN] = await ratesOf(turns, ROUNDS);
  return {
    python_per_s: Math.round(python),
    memory_per_s: Math.round(memory),
    memory_ratio: Number((memory / python).toFixed(1)),
    sqlite_per_s: Math.round(sqlite),
    sqlite_ratio: Number((sqlite / python).toFixed(1)),
  };
};

const nameOf = (job: string, callers: number): string => `${job} x${callers}`;

const names = wanted(
  Object.keys(JOBS).flatMap((job) => CALLERS.map((callers) => nameOf(job, callers))),
);

const rows = [["request", "Python/s", "memory/s", "ratio", "sqlite/s", "ratio"]];
for (const [job, requests] of Object.entries(JOBS)) {
  for (const callers of CALLERS) {
    const name = nameOf(job, callers);
    if (!names.has(name)) continue;
    const figure = await figureOf(requests, callers);
    console.log(JSON.stringify({ name, ...figure }));
    rows.push([
      name,
      grouped(figure.python_per_s),
      grouped(figure.memory_per_s),
      `${figure.memory_ratio} x`,
      grouped(figure.sqlite_per_s),
      `${figure.sqlite_ratio} x`,
    ]);
  }
}
console.error(table(rows));
