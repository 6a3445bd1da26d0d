/** How SQLite finds what the store asks for: by an index, and never by a look at every row. */

import { DatabaseSync } from "node:sqlite";
import { assertEquals } from "@std/assert";
import {
  createStore,
  promises,
  type PromiseStore,
  sqlite,
  type SqliteDriver,
  type SqliteStatement,
} from "../../mod.ts";
import { spanOf } from "../../src/testing/span_of.ts";

interface Attempt {
  readonly rollout_id: string;
  readonly attempt_id: string;
}

interface Operation {
  readonly name: string;
  /** What serves its search. */
  readonly index: string;
  readonly run: (store: PromiseStore, attempt: Attempt) => Promise<unknown>;
}

/** Operations whose cost must not grow with what the file holds besides. */
const OPERATIONS: readonly Operation[] = [
  { name: "enqueue", index: "rollout_place", run: (store) => store.enqueueRollout({ input: 1 }) },
  {
    name: "claim",
    index: "rollout_place",
    run: (store) => store.dequeueRollout({ worker_id: "Worker-0" }),
  },
  {
    name: "scan of the watchdog",
    index: "rollout_deadline",
    run: (store, attempt) => store.getRolloutById(attempt),
  },
  {
    name: "rollout by id",
    index: "sqlite_autoindex_rollout_1",
    run: (store, attempt) => store.getRolloutById(attempt),
  },
  {
    name: "rollouts by an open status",
    index: "rollout_open",
    run: (store) => store.queryRollouts({ status_in: ["running"] }),
  },
  {
    name: "rollouts by a terminal status",
    index: "rollout_ended",
    run: (store) => store.queryRollouts({ status_in: ["failed"], limit: 1 }),
  },
  {
    name: "wait",
    index: "sqlite_autoindex_rollout_1",
    run: (store, { rollout_id }) =>
      store.waitForRollouts({ rollout_ids: [rollout_id], timeout: 0 }),
  },
  {
    name: "attempts of a rollout",
    index: "PRIMARY KEY",
    run: (store, attempt) => store.queryAttempts(attempt),
  },
  {
    name: "update of an attempt",
    index: "PRIMARY KEY",
    run: (store, attempt) => store.updateAttempt({ ...attempt, metadata: {} }),
  },
  {
    name: "new span",
    index: "sqlite_autoindex_rollout_1",
    run: (store, attempt) => store.addSpan({ span: spanOf(attempt, "new") }),
  },
  {
    name: "next sequence id",
    index: "PRIMARY KEY",
    run: (store, attempt) => store.getNextSpanSequenceId(attempt),
  },
  {
    name: "spans of an attempt",
    index: "sqlite_autoindex_span_1",
    run: (store, attempt) => store.querySpans(attempt),
  },
  {
    name: "span by id",
    index: "sqlite_autoindex_span_1",
    run: (store, attempt) => store.querySpans({ ...attempt, span_id: "old" }),
  },
  {
    name: "new resources",
    index: "resources_written",
    run: (store) => store.addResources({ resources: {} }),
  },
  {
    name: "latest resources",
    index: "resources_written",
    run: (store) => store.getLatestResources(),
  },
  {
    name: "worker by id",
    index: "sqlite_autoindex_worker_1",
    run: (store) => store.getWorkerById({ worker_id: "Worker-0" }),
  },
];

for (const { name, index, run } of OPERATIONS) {
  Deno.test(`SQLite plan: ${name} goes by ${index}, and reads no table through`, async () => {
    const { database, store, attempt, ran } = await observed();
    await run(store, attempt);
    const plan = [...ran].flatMap((statement) => planOf(database, statement));
    assertEquals(plan.some((step) => step.includes(`USING ${index} `)), true, plan.join("\n"));
    assertEquals(plan.filter(readsThrough), []);
    await store.close();
  });
}

Deno.test("SQLite plan: the queue and the watchdog find their rows in order", async () => {
  const { database, store, ran } = await observed();
  const stale = await store.enqueueRollout({ input: 1 });
  await store.dequeueManyRollouts({ limit: 100 });
  await store.updateRollout({ ...stale, status: "requeuing" });
  await store.updateRollout({ ...stale, status: "cancelled" });
  await store.dequeueManyRollouts({ limit: 2 });
  const plan = [...ran].flatMap((statement) => planOf(database, statement));
  assertEquals(plan.filter((step) => step.includes("TEMP B-TREE") || readsThrough(step)), []);
  await store.close();
});

Deno.test("SQLite plan: rollouts by their ids and a status go by their ids alone", async () => {
  const { database, store, attempt: { rollout_id }, ran } = await observed();
  await store.queryRollouts({ rollout_id_in: [rollout_id], status_in: ["failed"], limit: 1 });
  const plan = [...ran].flatMap((statement) => planOf(database, statement));
  assertEquals(plan.filter((step) => /USING rollout_(ended|open) /.test(step)), []);
  assertEquals(plan.filter(readsThrough), []);
  await store.close();
});

for (const sort_by of ["start_time", null] as const) {
  Deno.test(`SQLite plan: a page by ${sort_by} finds its rollouts before it reads them, and counts them alone`, async () => {
    const { database, store, ran } = await observed();
    await store.queryRollouts({ limit: 1, sort_by });
    const plans = [...ran].map((statement) => planOf(database, statement));
    const [reading, ...more] = plans.filter((plan) =>
      plan.some((step) => /SEARCH [pa] /.test(step))
    );
    assertEquals(more, []);
    assertEquals(reading?.includes("SEARCH r USING INTEGER PRIMARY KEY (rowid=?)"), true);
    await store.close();
  });
}

Deno.test("SQLite plan: a table that is read through is noticed", async () => {
  const { database, store } = await observed();
  const planFor = (condition: string) =>
    planOf(database, `SELECT key FROM rollout WHERE ${condition}`);
  assertEquals(planFor("mode = 'train'").filter(readsThrough), ["SCAN rollout"]);
  assertEquals(planFor("key = 1").filter(readsThrough), []);
  await store.close();
});

/** A store with a bit of everything, and the statements that it has run since. */
const observed = async () => {
  const database = new DatabaseSync(":memory:");
  const ran = new Set<string>();
  const opened = await sqlite({ driver: observing(database, ran) })();
  if (opened._tag === "Left") throw new Error(opened.left.message);
  const store = promises(createStore(opened.right, { scanDebounceSeconds: 0 }));
  const { rollout_id, attempt: { attempt_id } } = await store.startRollout({ input: "2 + 2" });
  const attempt = { rollout_id, attempt_id };
  await store.enqueueRollout({ input: "queued" });
  await store.addSpan({ span: spanOf(attempt, "old") });
  await store.addResources({ resources: {} });
  ran.clear();
  return { database, store, attempt, ran };
};

/** The engine, with a note of each statement that runs. */
const observing = (database: DatabaseSync, ran: Set<string>): SqliteDriver => ({
  exec: (sql) => database.exec(sql),
  prepare: (sql) => {
    const statement: SqliteStatement = database.prepare(sql);
    return {
      run: (...values) => {
        ran.add(sql);
        return statement.run(...values);
      },
      get: (...values) => {
        ran.add(sql);
        return statement.get(...values);
      },
      all: (...values) => {
        ran.add(sql);
        return statement.all(...values);
      },
    };
  },
  close: () => database.close(),
});

/** The steps of a statement, with one word for the kinds of index. */
const planOf = (database: DatabaseSync, statement: string): readonly string[] =>
  database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all()
    .map(({ detail }) => String(detail).replace(/USING (COVERING )?INDEX /, "USING "));

/** Whether a step looks at every row of a table; a list in a parameter is none. */
const readsThrough = (step: string): boolean =>
  step.startsWith("SCAN ") && !step.includes("json_each") && step !== "SCAN CONSTANT ROW";
