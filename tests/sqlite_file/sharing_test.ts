/** One file and several stores, in one process and in several. */

import { assertEquals, assertLess, assertNotEquals } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { idsFrom, openStore, type PromiseStore } from "../../mod.ts";
import { type Running, start } from "../process.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { snapshot } from "./snapshot.ts";

Deno.test("SQLite file: stores on one file see each other's writes at once", async () => {
  await using folder = await temporaryFolder();
  const url = `sqlite:${folder.path}/store.db`;
  const [one, other] = [await openStore(url), await openStore(url)];
  const { rollout_id } = await one.startRollout({ input: "2 + 2", worker_id: "Worker-0" });
  assertEquals(await snapshot(other), await snapshot(one));
  await other.updateAttempt({ rollout_id, attempt_id: "latest", status: "succeeded" });
  assertEquals((await one.getRolloutById({ rollout_id }))?.status, "succeeded");
  assertEquals(await snapshot(other), await snapshot(one));
  await Promise.all([one.close(), other.close()]);
});

Deno.test("SQLite file: a waiter hears of other stores and processes within a second", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/store.db`;
  const [waiter, other] = [await openStore(`sqlite:${path}`), await openStore(`sqlite:${path}`)];
  const { rollout_id: near } = await waiter.startRollout({ input: "near" });
  const { rollout_id: far } = await waiter.startRollout({ input: "far" });
  const process = startChild("finish", path, far);
  await process.lines.next();
  const waits = [near, far].map(async (rollout_id) => {
    const finished = await waiter.waitForRollouts({ rollout_ids: [rollout_id], timeout: 60 });
    assertEquals(finished.map(({ status }) => status), ["succeeded"]);
    return Date.now();
  });
  // By then the waiter looks as seldom as it ever does.
  await delay(1500);
  await other.updateAttempt({ rollout_id: near, attempt_id: "latest", status: "succeeded" });
  const nearDone = Date.now();
  await process.go();
  const farDone = Number((await process.lines.next()).value);
  const [nearHeard = Infinity, farHeard = Infinity] = await Promise.all(waits);
  assertLess(nearHeard - nearDone, 1000);
  assertLess(farHeard - farDone, 1000);
  await assertSuccess(process);
  await Promise.all([waiter.close(), other.close()]);
});

Deno.test("SQLite file: a page and its total are of one state, whoever writes meanwhile", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/store.db`;
  const store = await openStore(`sqlite:${path}`);
  const writer = startChild("enqueue", path, "");
  await writer.lines.next();
  let grown = 0;
  for (let before = -1; grown < 20;) {
    // A limit has the total counted by itself.
    const { items, total } = await store.queryRollouts({ limit: 1_000_000 });
    assertEquals(items.length, total);
    if (total > before) grown += 1;
    before = total;
  }
  writer.kill();
  await writer.end();
  await store.close();
});

Deno.test("SQLite file: partitions share nothing, not even ids", async () => {
  await using folder = await temporaryFolder();
  const open = (partition: string) =>
    openStore(`sqlite:${folder.path}/store.db`, {
      // Each store draws the same ids.
      ids: idsFrom(() => "00000000-0000-0000-0000-000000000000"),
      clock: () => 1,
      sqlite: { partition },
    });
  const use = async (store: PromiseStore) => {
    const { resources_id } = await store.addResources({ resources: {} });
    const { rollout_id } = await store.enqueueRollout({ input: "2 + 2" });
    const claimed = await store.dequeueManyRollouts({ limit: 2, worker_id: "Worker-0" });
    assertEquals(claimed.map((it) => it.resources_id), [resources_id]);
    assertEquals(await store.getNextSpanSequenceId({ rollout_id, attempt_id: "latest" }), 1);
    return await snapshot(store);
  };
  const [one, other] = [await open("one"), await open("other")];
  const nothing = await snapshot(other);
  const held = await use(one);
  assertEquals(await snapshot(other), nothing);
  assertEquals(await use(other), held);
  assertEquals(await snapshot(one), held);
  await Promise.all([one.close(), other.close()]);
});

Deno.test("SQLite file: two processes of eight callers claim each rollout once", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/store.db`;
  const store = await openStore(`sqlite:${path}`);
  const queued = await store.enqueueManyRollouts({
    rollouts: Array.from({ length: 2000 }, (_, input) => ({ input })),
  });
  const processes = ["Worker-0", "Worker-1"].map((worker) => startChild("drain", path, worker));
  await Promise.all(processes.map(({ lines }) => lines.next()));
  await Promise.all(processes.map(({ go }) => go()));
  const claimed = await Promise.all(processes.map(({ lines }) => Array.fromAsync(lines)));
  await Promise.all(processes.map(assertSuccess));
  claimed.forEach(({ length }) => assertNotEquals(length, 0));
  assertEquals(
    claimed.flat().toSorted(),
    queued.map(({ rollout_id }) => rollout_id).toSorted(),
  );
  assertEquals((await store.statistics()).total_attempts, queued.length);
  await store.close();
});

const startChild = (...args: readonly string[]): Running =>
  start({ script: new URL("child.ts", import.meta.url), args });

const assertSuccess = async (process: Running): Promise<void> => {
  const { success, problems } = await process.end();
  assertEquals({ success, problems }, { success: true, problems: "" });
};
