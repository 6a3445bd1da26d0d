/** Imports that are run again: what the new store has stays as it is there. */

import { assertEquals, assertNotEquals } from "@std/assert";
import { openStore, type PromiseStore } from "../../mod.ts";
import { spanOf } from "../../src/testing/span_of.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import { contentsOf } from "./contents.ts";
import { countsOf, imported } from "./imported.ts";
import {
  attempt,
  counter,
  entry,
  history,
  KINDS,
  PARTITION,
  plant,
  planted,
  resources,
  rollout,
  span,
} from "./planted.ts";

const PROMPT = {
  main: { resource_type: "prompt_template", template: "here", engine: "jinja" },
} as const;

/** A count of 0 for each kind. */
const NONE = Object.fromEntries(KINDS.map((kind) => [kind, 0]));

/** Six rollouts that were imported; `ro-0` and `ro-3` wait. */
const afterImport = async () => {
  const source = await planted(history(6));
  const target = await freshDatabase("replica set");
  await imported(source, target);
  const store = await openStore(target, {
    mongo: { partition: PARTITION },
    scanDebounceSeconds: 1e9,
  });
  return { source, target, store, [Symbol.asyncDispose]: () => store.close() };
};

/** Changes one record of each kind; answers with the rollout that it claims. */
const change = async (store: PromiseStore): Promise<string | undefined> => {
  const claimed = await store.dequeueRollout({ worker_id: "Worker-1" });
  if (claimed === null) return;
  const { rollout_id, attempt: { attempt_id } } = claimed;
  await store.addSpan({ span: spanOf({ rollout_id, attempt_id }, "s-here", { sequence_id: 50 }) });
  await store.updateAttempt({ rollout_id, attempt_id, status: "succeeded" });
  await store.updateRollout({ rollout_id: "ro-1", metadata: { reviewed: true } });
  await store.updateRollout({ rollout_id: "ro-3", status: "cancelled" });
  await store.startAttempt({ rollout_id: "ro-2" });
  await store.updateResources({ resources_id: "rs-1", resources: PROMPT });
  await store.updateWorker({ worker_id: "Worker-2", heartbeat_stats: { cpu: 1 } });
  return rollout_id;
};

mongoTest("importUpstream: what the new store has changed since is not changed back", async () => {
  await using it = await afterImport();
  const { source, target, store } = it;
  const first = await contentsOf(target);
  assertEquals(await change(store), "ro-0");
  const changed = await contentsOf(target);
  for (const [name, documents] of first) assertNotEquals(changed.get(name), documents, name);

  const report = await imported(source, target);
  assertEquals(await contentsOf(target), changed);
  assertEquals(countsOf(report, ({ imported, skipped }) => imported + skipped), NONE);
  assertEquals(await store.dequeueRollout(), null);
});

mongoTest("importUpstream: what has come to the old store since comes beside it", async () => {
  await using it = await afterImport();
  const { source, target, store } = it;
  await change(store);
  await plant(source, {
    rollouts: [rollout("ro-late", { status: "queuing", end_time: null })],
    attempts: [attempt("ro-1", "at-late", { sequence_id: 2 })],
    spans: [span("ro-1", "at-1", "s-late"), span("ro-1", "at-late", "s-lost")],
    resources: [resources("rs-late", { update_time: 1_900_000_000 })],
    counters: [counter("ro-late", 9)],
    queue: [entry("ro-late")],
  });
  const report = await imported(source, target);
  assertEquals(countsOf(report, ({ imported }) => imported), {
    rollouts: 1,
    attempts: 0,
    spans: 1,
    resources: 1,
    workers: 0,
    counters: 1,
    queue: 1,
  });
  assertEquals(report.attempts.reasons, [{
    reason: "its rollout is there without it, and what is there stays as it is",
    count: 1,
    ids: ["at-late"],
  }]);
  assertEquals(report.spans.reasons, [{
    reason: "there is no such attempt",
    count: 1,
    ids: ["s-lost"],
  }]);
  assertEquals((await store.getLatestResources())?.resources_id, "rs-1");
  assertEquals((await store.dequeueRollout())?.rollout_id, "ro-late");
  const next = { rollout_id: "ro-late", attempt_id: "" };
  assertEquals(await store.getNextSpanSequenceId(next), 10);
});
