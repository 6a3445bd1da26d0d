/**
 * One database and several processes.
 *
 * `MONGO_SHARED` says how many rollouts the processes share, `MONGO_RECOVERED` how many where
 * processes are killed.
 */

import { assertEquals, assertGreater } from "@std/assert";
import { MongoClient } from "mongodb";
import { setTimeout as delay } from "node:timers/promises";
import {
  createStore,
  mongo,
  promises,
  type PromiseStore,
  type RolloutConfigInput,
} from "../../mod.ts";
import { COLLECTION_NAMES, INDEXES } from "../../src/backends/mongo/collections.ts";
import type { RolloutDocument } from "../../src/backends/mongo/documents.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import type { Running } from "../process.ts";
import { claimers, startChild } from "./claimers.ts";
import { NEVER } from "./monitored.ts";

const ROLLOUTS = Number(Deno.env.get("MONGO_SHARED") ?? 300);

const RECOVERED = Number(Deno.env.get("MONGO_RECOVERED") ?? 150);

/** How many rollouts there are for each claimer that is killed. */
const ROLLOUTS_PER_KILL = 25;

/** The least that a process gets of what four share: a fair share is a quarter. */
const LEAST_SHARE = 0.03;

mongoTest("mongo: twenty processes open a new database at once", async () => {
  const uri = await freshDatabase("replica set");
  const processes = Array.from({ length: 20 }, (_, i) => startChild("open", uri, `Worker-${i}`));
  await letGo(processes);
  await Promise.all(processes.map(assertSuccess));
  const store = await open(uri);
  const { total } = await store.queryRollouts();
  assertEquals(total, processes.length);
  await store.close();
  assertEquals(await indexesOf(uri), wantedIndexes());
});

mongoTest("mongo: four processes of 16 callers claim and finish each rollout once", async () => {
  const uri = await freshDatabase("replica set");
  const store = await open(uri);
  const queued = await enqueue(store, ROLLOUTS, {});
  const processes = Array.from({ length: 4 }, (_, i) => startChild("drain", uri, `Worker-${i}`));
  await letGo(processes);
  const began = Date.now();
  const told = await Promise.all(processes.map(({ lines }) => Array.fromAsync(lines)));
  const seconds = (Date.now() - began) / 1000;
  await Promise.all(processes.map(assertSuccess));
  const claims = told.map((lines) => attemptsIn(lines, "claimed"));
  assertEquals(claims.flat().map(({ rollout_id }) => rollout_id).toSorted(), queued);
  assertEquals(
    told.flatMap((lines) => attemptsIn(lines, "finished")).toSorted(byAttempt),
    claims.flat().toSorted(byAttempt),
  );
  const { items } = await store.queryRollouts({ status_in: ["succeeded"] });
  assertEquals(items.length, queued.length);
  assertEquals((await store.statistics()).total_attempts, queued.length);
  await store.close();
  const shares = claims.map(({ length }) => length);
  console.log({ shares, seconds });
  assertGreater(Math.min(...shares), LEAST_SHARE * queued.length);
});

mongoTest(
  "mongo: what killed processes had claimed is claimed again, and finished once",
  async () => {
    const uri = await freshDatabase("replica set");
    const store = await open(uri);
    const queued = await enqueue(store, RECOVERED, {
      // Far above what an attempt takes, so that none expires while its claimer lives.
      timeout_seconds: 20,
      unresponsive_seconds: 10,
      // Far above how often one rollout can meet with a kill, so that none fails.
      max_attempts: 100,
      retry_condition: ["timeout", "unresponsive"],
    });
    const began = Date.now();
    const atWork = claimers(uri, RECOVERED / ROLLOUTS_PER_KILL);
    const finished = async () =>
      (await store.queryRollouts({ status_in: ["succeeded", "failed"], limit: 0 })).total;
    while (atWork.problems.length === 0 && await finished() < queued.length) await pause();
    const { lines, kills } = await atWork.dismiss();
    assertEquals(atWork.problems, []);
    const documents = await documentsOf(uri);
    assertEquals(documents.length, queued.length);
    const isRight = ({ status, attempt }: RolloutDocument) =>
      status === "succeeded" && attempt?.status === "succeeded";
    assertEquals(documents.filter((it) => !isRight(it)), []);
    const abandoned = documents.flatMap(({ earlier }) => earlier.map(({ status }) => status));
    assertEquals(abandoned.filter((it) => it !== "unresponsive" && it !== "timeout"), []);
    const claims = attemptsIn(lines, "claimed");
    const ends = attemptsIn(lines, "finished").map(({ rollout_id }) => rollout_id);
    assertEquals(new Set(claims.map(({ attempt_id }) => attempt_id)).size, claims.length);
    assertEquals(new Set(ends).size, ends.length);
    console.log({ kills, recovered: abandoned.length, seconds: (Date.now() - began) / 1000 });
    assertGreater(kills, 0);
    assertGreater(abandoned.length, 0);
    await store.close();
  },
);

const open = async (uri: string): Promise<PromiseStore> => {
  const opened = await mongo({ uri, partition: "shared" })();
  if (opened._tag === "Left") throw new Error(opened.left.message);
  return promises(createStore(opened.right, { scanDebounceSeconds: NEVER }));
};

/** The ids of the rollouts, sorted. */
const enqueue = async (
  store: PromiseStore,
  length: number,
  config: RolloutConfigInput,
): Promise<readonly string[]> => {
  const queued = await store.enqueueManyRollouts({
    rollouts: Array.from({ length }, (_, input) => ({ input, config })),
  });
  return queued.map(({ rollout_id }) => rollout_id).toSorted();
};

/** Lets processes go when all are ready. */
const letGo = async (processes: readonly Running[]): Promise<void> => {
  await Promise.all(processes.map(({ lines }) => lines.next()));
  await Promise.all(processes.map(({ go }) => go()));
};

const assertSuccess = async (process: Running): Promise<void> => {
  const { success, problems } = await process.end();
  assertEquals({ success, problems }, { success: true, problems: "" });
};

interface AttemptIds {
  readonly rollout_id: string;
  readonly attempt_id: string;
}

/** The attempts of which lines tell that. */
const attemptsIn = (lines: readonly string[], what: "claimed" | "finished"): AttemptIds[] =>
  lines.map((line) => line.split(" ")).filter(([word]) => word === what)
    .map(([, rollout_id = "", attempt_id = ""]) => ({ rollout_id, attempt_id }));

const byAttempt = (a: AttemptIds, b: AttemptIds): number => a.attempt_id < b.attempt_id ? -1 : 1;

/** All rollouts in one query: a server may scan as many for the attempts of each. */
const documentsOf = async (uri: string): Promise<readonly RolloutDocument[]> => {
  await using client = new MongoClient(uri);
  return await client.db().collection<RolloutDocument>(COLLECTION_NAMES.rollouts).find().toArray();
};

/** The names of the indexes of each collection; none of one that is not there. */
const indexesOf = async (uri: string): Promise<ReadonlyMap<string, readonly string[]>> => {
  await using client = new MongoClient(uri);
  const found = new Map<string, readonly string[]>();
  for (const { name } of await client.db().listCollections().toArray()) {
    const indexes = await client.db().collection(name).indexes();
    found.set(name, indexes.map((it) => String(it.name)).toSorted());
  }
  return new Map([...found].filter(([, names]) => names.length > 1));
};

const wantedIndexes = (): ReadonlyMap<string, readonly string[]> => {
  const names = new Map<string, string>(Object.entries(COLLECTION_NAMES));
  return new Map(
    Object.entries(INDEXES).map(([collection, indexes]) => [
      names.get(collection) ?? collection,
      ["_id_", ...indexes.map((it) => String(it.name))].toSorted(),
    ]),
  );
};

/** Long, since each look at what is finished keeps a slow server from its work. */
const pause = () => delay(2000);
