/**
 * A server that goes away: killed under load and started again, away at the start, away for long.
 *
 * `SERVER_LOSS_ROUNDS` says how often it is killed under load.
 */

import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { createStore, type LightningStore, mongo, promises, type StoreError } from "../../mod.ts";
import { mongoTest } from "../mongo_server/needs_mongo.ts";
import { type MongoServer, startMongoServer, type Topology } from "../mongo_server/server.ts";
import { assertKept } from "./keeping.ts";
import { emptyLedger, figuresOf } from "./ledger.ts";
import { drain, load } from "./load.ts";
import { NEVER } from "./monitored.ts";

const ROUNDS = Number(Deno.env.get("SERVER_LOSS_ROUNDS") ?? 2);

const TOPOLOGIES: readonly Topology[] = ["replica set", "standalone"];

/** How long the driver looks for a server. */
const SELECTION_MS = 5000;

/** How much later than that an answer may come on a slow machine. */
const SLACK_MS = 4000;

/** Rejections that nobody handles, of the whole file. */
const unhandled: unknown[] = [];

globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  unhandled.push(event.reason);
});

/** Registers a test with a server of its own, which may be killed. */
const lossTest = (
  name: string,
  run: (server: MongoServer, topology: Topology) => Promise<void>,
): void => {
  for (const topology of TOPOLOGIES) {
    mongoTest(`mongo (${topology}): ${name}`, async () => {
      await using server = await startMongoServer(topology);
      if (server.kind === "given") return;
      await run(server, topology);
      assertEquals(unhandled, []);
    });
  }
};

const opening = (uri: string) =>
  mongo({ uri, partition: "loss", driver: { serverSelectionTimeoutMS: SELECTION_MS } })();

const open = async (uri: string): Promise<LightningStore> => {
  const opened = await opening(uri);
  if (opened._tag === "Left") throw new Error(opened.left.message);
  return createStore(opened.right, { scanDebounceSeconds: NEVER, log: () => {} });
};

lossTest("a server that is killed under load loses and doubles nothing", async (server) => {
  const stores = [await open(server.uri), await open(server.uri)];
  const ledger = emptyLedger();
  const began = Date.now();
  let isOver = false;
  const lose = async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await delay(500 + Math.random() * 1000);
      await server.kill();
      await delay(Math.random() * 1000);
      await server.restart();
    }
    await delay(1000);
    isOver = true;
  };
  await Promise.all([lose(), load(stores, ledger, () => isOver)]);
  await drain(stores, ledger);
  console.log({ ...figuresOf(ledger), seconds: (Date.now() - began) / 1000 });
  for (const store of stores) await store.close()();
  const direct = promises(await open(server.uri));
  await assertKept(direct, ledger, { units: false });
  await direct.close();
});

lossTest("a server that is away at the start is told in time, and opened later", async (server) => {
  await server.kill();
  const { host } = new URL(server.uri);
  const uri = `mongodb://user:secret@${host}/`;
  const began = Date.now();
  const error = errorOf(await opening(uri));
  assertLess(Date.now() - began, SELECTION_MS + SLACK_MS);
  assertEquals(error?._tag, "Backend");
  assertStringIncludes(String(error?.message), host);
  assertEquals(error?.message.includes("secret"), false);
  await server.restart();
  const store = promises(await open(server.uri));
  await store.enqueueRollout({ input: 1 });
  assertEquals((await store.dequeueRollout())?.input, 1);
  await store.close();
});

lossTest("a store outlives a server that is away for long", async (server) => {
  const store = await open(server.uri);
  const { rollout_id } = await promises(store).enqueueRollout({ input: 1 });
  const waiting = store.waitForRollouts({ rollout_ids: [rollout_id], timeout: 60 })();
  await server.kill();
  const began = Date.now();
  // Longer than the driver looks for it, so that every look ends in vain.
  const away = delay(SELECTION_MS + SLACK_MS);
  const calls = [
    store.enqueueRollout({ input: 2 })(),
    store.dequeueRollout()(),
    store.queryRollouts()(),
    store.updateRollout({ rollout_id, metadata: { a: 1 } })(),
    store.updateWorker({ worker_id: "Worker-0", heartbeat_stats: {} })(),
    store.updateResources({ resources_id: "rs-1", resources: {} })(),
    store.getNextSpanSequenceId({ rollout_id, attempt_id: "latest" })(),
    waiting,
  ];
  for (const outcome of await Promise.all(calls)) {
    assertEquals(errorOf(outcome)?._tag, "Backend");
  }
  assertLess(Date.now() - began, 40_000);
  await away;
  await server.restart();
  const back = promises(store);
  assertEquals((await back.getRolloutById({ rollout_id }))?.status, "queuing");
  const claimed = await back.dequeueRollout();
  assertEquals([claimed?.rollout_id, claimed?.attempt.sequence_id], [rollout_id, 1]);
  await back.updateAttempt({ rollout_id, attempt_id: "latest", status: "succeeded" });
  const finished = await back.waitForRollouts({ rollout_ids: [rollout_id], timeout: 5 });
  assertEquals(finished.map(({ status }) => status), ["succeeded"]);
  await back.close();
});

const errorOf = (
  outcome: { readonly _tag: "Left"; readonly left: StoreError } | { readonly _tag: "Right" },
): StoreError | null => outcome._tag === "Left" ? outcome.left : null;
