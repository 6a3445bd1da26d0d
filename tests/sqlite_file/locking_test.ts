/** What a store does while another connection holds the file's write lock. */

import { DatabaseSync } from "node:sqlite";
import { assertEquals } from "@std/assert";
import { type LogEvent, openStore, type PromiseStore } from "../../mod.ts";
import { fails } from "../../src/testing/failure.ts";
import { spanOf } from "../../src/testing/span_of.ts";
import { start } from "../process.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { snapshot } from "./snapshot.ts";

/** Short enough for a test that runs into it at every write. */
const BUSY = { sqlite: { busyTimeoutSeconds: 0.03 } };

/** Every operation that writes. */
const WRITES: readonly ((
  store: PromiseStore,
  ids: { readonly rollout_id: string; readonly attempt_id: string },
) => Promise<unknown>)[] = [
  (store) => store.enqueueRollout({ input: 1 }),
  (store) => store.enqueueManyRollouts({ rollouts: [{ input: 1 }, { input: 2 }] }),
  (store) => store.startRollout({ input: 1 }),
  (store) => store.dequeueRollout({ worker_id: "Worker-1" }),
  (store) => store.dequeueManyRollouts({ limit: 2 }),
  (store, ids) => store.startAttempt(ids),
  (store, ids) => store.updateRollout({ ...ids, mode: "val" }),
  (store, ids) => store.updateAttempt({ ...ids, status: "succeeded" }),
  (store, ids) => store.addSpan({ span: spanOf(ids, "span-1") }),
  (store, ids) => store.addManySpans({ spans: [spanOf(ids, "span-2")] }),
  (store, ids) => store.getNextSpanSequenceId(ids),
  (store, ids) => store.getManySpanSequenceIds({ pairs: [ids] }),
  (store) => store.addResources({ resources: {} }),
  (store) => store.updateResources({ resources_id: "rs-1", resources: {} }),
  (store) => store.updateWorker({ worker_id: "Worker-1" }),
];

Deno.test("SQLite file: reading goes on while another connection writes", async () => {
  await using folder = await temporaryFolder();
  const { path, store } = await prepare(folder.path);
  const held = await snapshot(store);
  {
    using database = new DatabaseSync(path);
    database.exec("BEGIN IMMEDIATE; UPDATE rollout SET status = 'failed'");
    assertEquals(await snapshot(store), held);
    database.exec("ROLLBACK");
  }
  await store.close();
});

Deno.test("SQLite file: a lock held for too long fails each write, and changes nothing", async () => {
  await using folder = await temporaryFolder();
  const { path, store, ids } = await prepare(folder.path);
  const held = await snapshot(store);
  {
    using database = new DatabaseSync(path);
    database.exec("BEGIN IMMEDIATE");
    for (const write of WRITES) await fails(write(store, ids), "Backend", "locked");
    await fails(openStore(`sqlite:${path}`, BUSY), "Backend", path);
    assertEquals(await snapshot(store), held);
    database.exec("ROLLBACK");
  }
  for (const write of WRITES) await write(store, ids);
  assertEquals((await store.getRolloutById(ids))?.mode, "val");
  await store.close();
});

Deno.test("SQLite file: a lock held for a moment is waited for", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/store.db`;
  const store = await openStore(`sqlite:${path}`, { sqlite: { busyTimeoutSeconds: 60 } });
  const holder = start({
    script: new URL("child.ts", import.meta.url),
    args: ["hold", path, "300"],
  });
  await holder.lines.next();
  await store.enqueueRollout({ input: "2 + 2" });
  assertEquals((await store.statistics()).total_rollouts, 1);
  assertEquals(await holder.end().then(({ problems }) => problems), "");
  await store.close();
});

Deno.test("SQLite file: a scan that cannot write is logged, and the read goes on", async () => {
  await using folder = await temporaryFolder();
  const events: LogEvent[] = [];
  let now = 0;
  const path = `${folder.path}/store.db`;
  const store = await openStore(`sqlite:${path}`, {
    ...BUSY,
    clock: () => now,
    scanDebounceSeconds: 0,
    log: (event) => events.push(event),
  });
  const { rollout_id } = await store.startRollout({ input: 1, config: { timeout_seconds: 1 } });
  now = 2;
  const read = async () => (await store.getRolloutById({ rollout_id }))?.status;
  {
    using database = new DatabaseSync(path);
    database.exec("BEGIN IMMEDIATE");
    assertEquals(await read(), "preparing");
    assertEquals(events.filter(({ level }) => level === "error").length, 1);
    database.exec("ROLLBACK");
  }
  assertEquals(await read(), "failed");
  await store.close();
});

/** A store with a claimed rollout and a queued one. */
const prepare = async (folder: string) => {
  const path = `${folder}/store.db`;
  const store = await openStore(`sqlite:${path}`, BUSY);
  const { rollout_id, attempt: { attempt_id } } = await store.startRollout({ input: "claimed" });
  await store.enqueueRollout({ input: "queued" });
  return { path, store, ids: { rollout_id, attempt_id } };
};
