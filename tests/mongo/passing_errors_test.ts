/**
 * Errors of the server that pass, or that leave open what has happened, and a pool that is too small.
 *
 * `PASSING_ERRORS` says how often a command fails before it does not.
 */

import { assertEquals, assertGreater } from "@std/assert";
import { MongoClient, type MongoClientOptions } from "mongodb";
import { setTimeout as delay } from "node:timers/promises";
import { createStore, type LightningStore, mongo, promises } from "../../mod.ts";
import { spanOf } from "../../src/testing/span_of.ts";
import { freshDatabase, mongoTest, sharedServer } from "../mongo_server/needs_mongo.ts";
import { startMongoServer, type Topology } from "../mongo_server/server.ts";
import { assertKept } from "./keeping.ts";
import { emptyLedger, tell } from "./ledger.ts";
import { drain, load } from "./load.ts";
import { NEVER } from "./monitored.ts";

const TOPOLOGIES: readonly Topology[] = ["replica set", "standalone"];

/** PrimarySteppedDown, NotWritablePrimary, ShutdownInProgress, InterruptedAtShutdown. */
const PASSING = [189, 10107, 91, 11600];

const COMMANDS = ["insert", "update", "findAndModify", "find"];

const TIMES = Number(Deno.env.get("PASSING_ERRORS") ?? 2);

const WRITE_CONCERN_FAILED = 64;

/** More than fall to what nobody waits for, such as the records of workers. */
const UNKEPT = 10;

const open = async (uri: string, driver: MongoClientOptions = {}): Promise<LightningStore> => {
  const opened = await mongo({ uri, partition: "errors", driver })();
  if (opened._tag === "Left") throw new Error(opened.left.message);
  return createStore(opened.right, { scanDebounceSeconds: NEVER, log: () => {} });
};

/** Arms the server for so many commands; answers with what calls it off. */
const failing = async (
  topology: Topology,
  commands: readonly string[],
  fault: Readonly<Record<string, unknown>>,
  times: number,
): Promise<() => Promise<void>> => {
  const client = new MongoClient((await sharedServer(topology)).uri);
  const configure = (mode: unknown) =>
    client.db("admin").command({
      configureFailPoint: "failCommand",
      mode,
      data: { failCommands: [...commands], ...fault },
    });
  await configure({ times });
  return async () => {
    await configure("off");
    await client.close();
  };
};

/** Looks again at once for a server that it has lost, and often. */
const QUICK: MongoClientOptions = {
  serverMonitoringMode: "poll",
  heartbeatFrequencyMS: 500,
};

/** Does some of everything that writes and reads. */
const useOnce = async (store: LightningStore): Promise<void> => {
  const { enqueueManyRollouts, dequeueRollout, updateAttempt, addSpan, ...others } = promises(
    store,
  );
  await others.updateResources({ resources_id: "rs-1", resources: {} });
  await enqueueManyRollouts({ rollouts: [{ input: 1 }, { input: 2 }] });
  for (let i = 0; i < 2; i++) {
    const claimed = await dequeueRollout({ worker_id: "Worker-0" });
    if (claimed === null) throw new Error("nothing is queued");
    const ids = { rollout_id: claimed.rollout_id, attempt_id: claimed.attempt.attempt_id };
    const sequence_id = await others.getNextSpanSequenceId(ids);
    assertEquals((await addSpan({ span: spanOf(ids, "s-1", { sequence_id }) }))?.span_id, "s-1");
    await updateAttempt({ ...ids, status: "succeeded" });
  }
  const { items } = await others.queryRollouts();
  assertEquals(items.map(({ status }) => status), ["succeeded", "succeeded"]);
};

for (const topology of TOPOLOGIES) {
  for (const command of COMMANDS) {
    mongoTest(
      `mongo (${topology}): ${command} outlives errors of a primary that goes`,
      async () => {
        for (const errorCode of PASSING) {
          const store = await open(await freshDatabase(topology));
          const stop = await failing(topology, [command], { errorCode }, TIMES);
          try {
            await useOnce(store);
          } finally {
            await stop();
            await store.close()();
          }
        }
      },
    );

    if (command === "find") continue;
    mongoTest(`mongo (${topology}): ${command} that no majority keeps is no refusal`, async () => {
      if ((await sharedServer(topology)).kind === "given") return;
      const store = await open(await freshDatabase(topology));
      const ledger = emptyLedger();
      const stop = await failing(
        topology,
        [command],
        { writeConcernError: { code: WRITE_CONCERN_FAILED, errmsg: "waiting timed out" } },
        UNKEPT,
      );
      const end = Date.now() + 1500;
      try {
        await load([store], ledger, () => Date.now() > end);
      } finally {
        await stop();
      }
      await drain([store], ledger);
      assertGreater(ledger.failed.size, 0);
      await assertKept(promises(store), ledger, { units: true });
      await store.close()();
    });
  }
}

mongoTest("mongo: a primary that steps down and comes back is waited for", async () => {
  await using server = await startMongoServer("replica set");
  if (server.kind === "given") return;
  const store = await open(server.uri, QUICK);
  const ledger = emptyLedger();
  const end = Date.now() + 5000;
  await using client = new MongoClient(server.uri, { directConnection: true });
  const stepDown = async () => {
    for (let i = 0; i < 2; i++) {
      await delay(500);
      await client.db("admin").command({ replSetStepDown: 1, force: true });
      await delay(1500);
    }
  };
  await Promise.all([stepDown(), load([store], ledger, () => Date.now() > end)]);
  await drain([store], ledger);
  assertEquals(Object.fromEntries(ledger.failed), {});
  await assertKept(promises(store), ledger, { units: true });
  await store.close()();
});

mongoTest("mongo: a pool that is too small is told, and nothing hangs", async () => {
  const store = await open(await freshDatabase("replica set"), {
    maxPoolSize: 2,
    waitQueueTimeoutMS: 50,
  });
  const ledger = emptyLedger();
  await Promise.all(Array.from({ length: 200 }, async (_, i) => {
    // Calls of one tick would share a round trip.
    await delay(i / 4);
    const inputs = [String(i)];
    const told = i % 2 === 0
      ? await tell(ledger, "enqueueRollout", store.enqueueRollout({ input: String(i) }))
      : await tell(ledger, "queryRollouts", store.queryRollouts());
    if (i % 2 === 0) {
      const id = told.known && "rollout_id" in told.value ? [told.value.rollout_id] : null;
      ledger.enqueued.push({ inputs, rollout_ids: id });
    }
  }));
  await drain([store], ledger);
  await assertKept(promises(store), ledger, { units: true });
  await store.close()();
});
