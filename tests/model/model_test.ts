/**
 * Random lives of a store beside the reference model. `MODEL_RUNS` says how many, `MODEL_SEED` which
 * ones; a failure prints its seed and the shortest life that shows it.
 */

import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { MongoClient } from "mongodb";
import {
  type Backend,
  createStore,
  type Ids,
  memory,
  mongo,
  sqlite,
  type SqliteOptions,
  type StoreTask,
} from "../../mod.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import { type Args, type Call, type Scenario, scenario, START } from "./commands.ts";
import { choices } from "./choices.ts";
import { type Operation, type Outcome, reference } from "./reference.ts";
import { emptyState, type State } from "./state.ts";

const RUNS = Number(Deno.env.get("MODEL_RUNS") ?? 500);

const SEED = Deno.env.get("MODEL_SEED");

Deno.test("model: memory", () => check(RUNS, () => Promise.resolve(memory())));

Deno.test("model: sqlite in memory", () => check(RUNS, () => opened({ path: ":memory:" })));

Deno.test("model: sqlite on a file, each life in a partition of its own", async () => {
  const folder = await Deno.makeTempDir();
  try {
    let lives = 0;
    await check(
      Math.ceil(RUNS / 10),
      () => opened({ path: `${folder}/store.db`, partition: `life-${lives++}` }),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

for (const topology of ["replica set", "standalone"] as const) {
  mongoTest(`model: mongo (${topology}), each life in a partition of its own`, async () => {
    const uri = await freshDatabase(topology);
    const client = new MongoClient(uri, { writeConcern: { w: "majority", journal: true } });
    try {
      let lives = 0;
      await check(Math.ceil(RUNS / 20), async () => {
        const backend = await mongo({ client, partition: `life-${lives++}` })();
        if (backend._tag === "Left") throw new Error(backend.left.message);
        return backend.right;
      }, "unordered");
    } finally {
      await client.close();
    }
  });
}

const opened = async (options: SqliteOptions): Promise<Backend> => {
  const backend = await sqlite(options)();
  if (backend._tag === "Left") throw new Error(backend.left.message);
  return backend.right;
};

/**
 * Whether calls of different kinds that are made at once take effect in their order. Where each is
 * a round trip of its own they overtake each other, and the model cannot tell which one does.
 */
type Order = "ordered" | "unordered";

const check = (
  numRuns: number,
  open: () => Promise<Backend>,
  order: Order = "ordered",
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(scenario, async (life) => {
      const backend = await open();
      try {
        await live(backend, life, order);
      } finally {
        await backend.close();
      }
    }),
    {
      numRuns,
      ...SEED === undefined ? {} : { seed: Number(SEED) },
      reporter: ({ failed, seed, numRuns, errorInstance }) => {
        if (failed) {
          throw new Error(`MODEL_SEED=${seed} fails at run ${numRuns}`, { cause: errorInstance });
        }
      },
    },
  );

/** Leads a store and the model through the same life. */
const live = async (backend: Backend, life: Scenario, order: Order): Promise<void> => {
  const { scanDebounceSeconds, idsRepeat, steps } = life;
  let now = START;
  const clock = () => now;
  const heard = choices();
  const store = createStore(heard.overheard(backend), {
    clock,
    ids: counting(idsRepeat),
    scanDebounceSeconds,
    log: () => {},
  });
  const state = emptyState();
  const model = reference(state, { now: clock, scanDebounceSeconds, ...heard });
  const story: string[] = [];

  const together = async (calls: readonly Call[]): Promise<void> => {
    story.push(`at ${now}: ${calls.map(describe).join(" & ")}`);
    const answers = await Promise.all(
      calls.map((call) => answerOf<StoreTask<unknown>>(store, call)()),
    );
    calls.forEach((call, i) => {
      const answer = answers[i];
      if (answer !== undefined) compare(call, outcomeOf(call, answer));
    });
  };

  const compare = (call: Call, actual: Outcome<unknown>): void => {
    heard.hear("ok" in actual ? actual.ok : null);
    const expected = answerOf<Outcome<unknown>>(model, call);
    assertEquals(actual, expected, [`${describe(call)} differs after`, ...story].join("\n"));
  };

  for (const { seconds, plans } of steps) {
    now += seconds;
    const calls = plans.map((plan) => plan(state));
    const isWatched = calls.some(({ operation }) => !UNWATCHED.has(operation));
    const isMixed = new Set(calls.map(({ operation }) => operation)).size > 1;
    if (
      idsRepeat || (isWatched && scanDebounceSeconds === 0) || (isMixed && order === "unordered")
    ) {
      // A caller who draws again or who is the one to scan (contract 4) falls behind the others.
      for (const call of calls) await together([call]);
    } else {
      if (isWatched) await together([A_LOOK]);
      await together(calls);
    }
  }
  for (const call of everything(state)) await together([call]);
};

/** An operation that does nothing but let the watchdog have its turn. */
const A_LOOK: Call<"getLatestAttempt"> = {
  operation: "getLatestAttempt",
  args: { rollout_id: "ro-none" },
};

const UNWATCHED: ReadonlySet<Operation> = new Set([
  "addSpan",
  "addManySpans",
  "addOtelSpan",
  "getNextSpanSequenceId",
  "getManySpanSequenceIds",
  "addResources",
  "updateWorker",
]);

/** The calls that read all that is visible. */
const everything = ({ rollouts }: State): readonly Call[] => [
  { operation: "queryRollouts", args: {} },
  ...rollouts.flatMap(({ rollout_id }): readonly Call[] => [
    { operation: "queryAttempts", args: { rollout_id, sort_by: null } },
    { operation: "querySpans", args: { rollout_id, sort_by: null } },
    { operation: "getNextSpanSequenceId", args: { rollout_id, attempt_id: "" } },
  ]),
  { operation: "queryWorkers", args: {} },
  { operation: "queryResources", args: {} },
  { operation: "getLatestResources", args: undefined },
  { operation: "statistics", args: undefined },
  // Drains the queue, so that its order shows.
  { operation: "dequeueManyRollouts", args: { limit: rollouts.length + 1 } },
];

type Face<R> = { readonly [K in Operation]: (args: Args[K]) => R };

const answerOf = <R, K extends Operation = Operation>(
  face: Face<R>,
  { operation, args }: Call<K>,
): R => face[operation](args);

type Answer = Awaited<ReturnType<StoreTask<unknown>>>;

const outcomeOf = ({ operation }: Call, answer: Answer): Outcome<unknown> =>
  answer._tag === "Left"
    ? { error: answer.left._tag }
    : { ok: operation === "statistics" ? totalsOf(answer.right) : answer.right };

/** What else statistics tell is each store's own. */
const totalsOf = (statistics: unknown): unknown =>
  Object.fromEntries(
    Object.entries({ ...Object(statistics) }).filter(([key]) => /^total_[a-z]+$/.test(key)),
  );

const describe = ({ operation, args }: Call): string =>
  `${operation}(${JSON.stringify(args) ?? ""})`;

/** Ids in the order of creation; if they repeat, each fifth is one that was drawn before. */
const counting = (repeats: boolean): Ids => {
  const source = (kind: string) => {
    let drawn = 0;
    return () => {
      drawn += 1;
      return `${kind}-${repeats && drawn % 5 === 0 ? drawn - 4 : drawn}`;
    };
  };
  return { rollout: source("ro"), attempt: source("at"), resources: source("rs") };
};
