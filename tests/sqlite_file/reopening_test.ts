/** What a file keeps when its store is closed and another one opens it. */

import { assertEquals } from "@std/assert";
import { type Json, openStore, type PromiseStore, type RolloutConfigInput } from "../../mod.ts";
import { spanOf } from "../../src/testing/span_of.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { snapshot } from "./snapshot.ts";

const START = 1_000_000;

const LIMITED: RolloutConfigInput = {
  timeout_seconds: 60,
  max_attempts: 2,
  retry_condition: ["timeout"],
};

Deno.test("SQLite file: a new store finds all that the last one held", async () => {
  await using folder = await temporaryFolder();
  let now = START;
  const options = { clock: () => now, scanDebounceSeconds: 0 };
  const open = () => openStore(`sqlite:${folder.path}/store.db`, options);

  const before = await open();
  const { queue, live, resources_id } = await fill(before);
  const held = await snapshot(before);
  await before.close();

  const after = await open();
  assertEquals(await snapshot(after), held);
  assertEquals((await after.getLatestResources())?.resources_id, resources_id);
  assertEquals(await after.getNextSpanSequenceId({ rollout_id: live, attempt_id: "" }), 8);
  assertEquals(await drain(after), queue);
  now = START + 61;
  assertEquals(await drain(after), [live]);
  const { items: [timedOut] } = await after.queryAttempts({ rollout_id: live });
  assertEquals(timedOut?.status, "timeout");
  await after.close();
});

/** Fills a store with one of everything, and answers with what must come of it. */
const fill = async (store: PromiseStore) => {
  const { resources_id } = await store.addResources({ resources: template("first") });
  await store.addResources({ resources: template("second") });
  await store.updateResources({ resources_id, resources: template("third") });
  await store.updateWorker({ worker_id: "Worker-0", heartbeat_stats: { load: 0.5 } });

  const live = await enqueue(store, { "a.b": "\u00e9\u2028", $in: { "": [0.1, null] } }, LIMITED);
  const again = await enqueue(store, []);
  const done = await enqueue(store, null);
  const queue = [await enqueue(store, "fourth"), await enqueue(store, 5), again];
  const attempt = await claim(store);
  await store.addManySpans({
    spans: [2, 7].map((sequence_id) =>
      spanOf(attempt, `span-${sequence_id}`, { sequence_id, extra: { kept: [true] } })
    ),
  });
  await claim(store);
  await store.updateRollout({ rollout_id: again, status: "queuing", mode: "val" });
  await store.updateAttempt({ ...await claim(store), status: "succeeded", metadata: {} });
  assertEquals((await store.getRolloutById({ rollout_id: done }))?.status, "succeeded");
  return { live, queue, resources_id };
};

const template = (text: string) => ({
  prompt: { resource_type: "prompt_template", template: text, engine: "jinja" },
} as const);

const enqueue = async (
  store: PromiseStore,
  input: Json,
  config?: RolloutConfigInput,
): Promise<string> =>
  (await store.enqueueRollout({ input, config: config ?? null, metadata: { input } })).rollout_id;

const claim = async (store: PromiseStore) => {
  const claimed = await store.dequeueRollout({ worker_id: "Worker-1" });
  if (claimed === null) throw new Error("Nothing is queued");
  const { rollout_id, attempt: { attempt_id } } = claimed;
  return { rollout_id, attempt_id };
};

const drain = async (store: PromiseStore): Promise<readonly string[]> =>
  (await store.dequeueManyRollouts({ limit: 100 })).map(({ rollout_id }) => rollout_id);
