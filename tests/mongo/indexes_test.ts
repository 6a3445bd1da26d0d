/** How MongoDB finds what the store asks for: by an index, and never by a look at every document. */

import { assertEquals, assertNotEquals } from "@std/assert";
import type { PromiseStore } from "../../mod.ts";
import { spanOf } from "../../src/testing/span_of.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import { type Command, type Monitored, monitored } from "./monitored.ts";

interface Attempt {
  readonly rollout_id: string;
  readonly attempt_id: string;
}

interface Operation {
  readonly name: string;
  /** What serves its searches, by collection. */
  readonly indexes: Readonly<Record<string, string>>;
  readonly run: (store: PromiseStore, attempt: Attempt) => Promise<unknown>;
}

/** Operations whose cost must not grow with what the database holds besides. */
const OPERATIONS: readonly Operation[] = [
  {
    name: "a claim",
    indexes: { lightning_rollouts: "lightning_queue" },
    run: (store) => store.dequeueRollout(),
  },
  {
    name: "a claim of many",
    indexes: { lightning_rollouts: "lightning_queue" },
    run: (store) => store.dequeueManyRollouts({ limit: 8 }),
  },
  {
    name: "a query by status",
    indexes: { lightning_rollouts: "lightning_status" },
    run: (store) => store.queryRollouts({ status_in: ["running"] }),
  },
  {
    name: "a page of rollouts",
    indexes: { lightning_rollouts: "lightning_inserted" },
    run: (store) => store.queryRollouts({ limit: 5 }),
  },
  {
    name: "a query by ids",
    indexes: { lightning_rollouts: "_id_" },
    run: (store, { rollout_id }) => store.queryRollouts({ rollout_id_in: [rollout_id, "ro-x"] }),
  },
  {
    name: "a rollout by its id",
    indexes: { lightning_rollouts: "_id_" },
    run: (store, { rollout_id }) => store.getRolloutById({ rollout_id }),
  },
  {
    name: "the attempts of a rollout",
    indexes: { lightning_rollouts: "_id_" },
    run: (store, { rollout_id }) => store.queryAttempts({ rollout_id }),
  },
  {
    name: "a wait",
    indexes: { lightning_rollouts: "_id_" },
    run: (store, { rollout_id }) =>
      store.waitForRollouts({ rollout_ids: [rollout_id], timeout: 0 }),
  },
  {
    name: "a query of workers by status",
    indexes: { lightning_workers: "lightning_status" },
    run: (store) => store.queryWorkers({ status_in: ["busy"] }),
  },
  {
    name: "all workers",
    indexes: { lightning_workers: "lightning_status" },
    run: (store) => store.queryWorkers(),
  },
  {
    name: "a worker by its id",
    indexes: { lightning_workers: "_id_" },
    run: (store) => store.getWorkerById({ worker_id: "Worker-1" }),
  },
  {
    name: "the latest resources",
    indexes: { lightning_resources: "lightning_written" },
    run: (store) => store.getLatestResources(),
  },
  {
    name: "the spans of an attempt",
    indexes: { lightning_spans: "lightning_attempt_sequence" },
    run: (store, attempt) => store.querySpans(attempt),
  },
  {
    name: "the spans of a rollout",
    indexes: { lightning_spans: "lightning_attempt_sequence" },
    run: (store, { rollout_id }) => store.querySpans({ rollout_id }),
  },
];

for (const { name, indexes, run } of OPERATIONS) {
  mongoTest(`mongo: ${name} is found by ${Object.values(indexes)}`, async () => {
    await using it = await monitored(await freshDatabase("replica set"));
    const attempt = await peopled(it.store);
    const searches = (await it.commandsOf(() => run(it.store, attempt))).filter(isSearch);
    assertNotEquals(searches, []);
    for (const command of searches) assertEquals(await planOf(it, command), indexes);
  });
}

mongoTest("mongo: a scan of the watchdog is found by lightning_deadline", async () => {
  await using it = await monitored(await freshDatabase("replica set"), 0);
  await peopled(it.store);
  const [scan] = await it.commandsOf(() => it.store.queryWorkers());
  if (scan === undefined) throw new Error("nothing was scanned");
  assertEquals(await planOf(it, scan), { lightning_rollouts: "lightning_deadline" });
});

/** Some of everything. */
const peopled = async (store: PromiseStore): Promise<Attempt> => {
  await store.updateResources({ resources_id: "rs-1", resources: {} });
  const config = { timeout_seconds: 1000 };
  for (let i = 0; i < 40; i++) await store.enqueueRollout({ input: i, config });
  const claimed = await store.dequeueManyRollouts({ limit: 10, worker_id: "Worker-1" });
  const attempts = claimed.map(({ rollout_id, attempt: { attempt_id } }) => ({
    rollout_id,
    attempt_id,
  }));
  await store.addManySpans({ spans: attempts.map((attempt) => spanOf(attempt, "s-1")) });
  const [first] = attempts;
  if (first === undefined) throw new Error("nothing was claimed");
  return first;
};

const isSearch = (command: Command): boolean =>
  ["find", "aggregate", "findAndModify"].some((name) => name in command);

/** Which index serves a command, by collection; `COLLSCAN` where none does. */
const planOf = async (
  { client, database }: Monitored,
  command: Command,
): Promise<Readonly<Record<string, string>>> => {
  const { lsid: _, $clusterTime: __, txnNumber: ___, $db: ____, writeConcern: _____, ...bare } =
    command;
  const [[, collection] = []] = Object.entries(bare);
  // What asks for an id is found by it; not every server says so in its plan.
  const filter = bare.filter ?? bare.pipeline?.[0]?.$match ?? {};
  if ("_id" in filter) return { [String(collection)]: "_id_" };
  const explained = await client.db(database).command({
    explain: bare,
    verbosity: "queryPlanner",
  });
  return { [String(collection)]: scanOf(explained) };
};

/** The scan at the bottom of a plan, wherever a server puts it. */
const scanOf = (plan: unknown): string => {
  if (typeof plan !== "object" || plan === null) return "";
  const stage: unknown = Reflect.get(plan, "stage");
  if (stage === "IXSCAN") return String(Reflect.get(plan, "indexName"));
  if (stage === "IDHACK" || stage === "EXPRESS_IXSCAN") return "_id_";
  if (stage === "COLLSCAN") return stage;
  return Object.entries(plan)
    .filter(([key]) => key !== "rejectedPlans")
    .map(([, part]) => scanOf(part)).find((found) => found !== "") ?? "";
};
