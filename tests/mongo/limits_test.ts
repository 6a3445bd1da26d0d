/** What a document cannot hold is refused before anything is lost. */

import { assertEquals, assertRejects } from "@std/assert";
import { type PromiseStore, StoreException } from "../../mod.ts";
import { spanOf } from "../../src/testing/span_of.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import { monitored } from "./monitored.ts";

/** Above what a document holds. */
const HUGE = "ä".repeat(8 * 2 ** 20);

const refused = async (run: () => Promise<unknown>, argument: string): Promise<void> => {
  const { error } = await assertRejects(run, StoreException);
  assertEquals([error._tag, error.argument], ["InvalidArgument", argument]);
};

const running = async (store: PromiseStore) => {
  const { rollout_id, attempt: { attempt_id } } = await store.startRollout({ input: 1 });
  return { rollout_id, attempt_id };
};

mongoTest("mongo: an input that is too large is refused, with the rollouts beside it", async () => {
  await using it = await monitored(await freshDatabase("replica set"));
  const { store } = it;
  await refused(() => store.enqueueRollout({ input: HUGE }), "input");
  await refused(
    () => store.enqueueManyRollouts({ rollouts: [{ input: 1 }, { input: HUGE }] }),
    "input",
  );
  await Promise.all([
    store.enqueueRollout({ input: 1 }),
    refused(() => store.enqueueRollout({ input: HUGE }), "input"),
  ]);
  assertEquals((await store.queryRollouts()).total, 1);
});

mongoTest("mongo: an update that is too large leaves the rollout as it was", async () => {
  await using it = await monitored(await freshDatabase("replica set"));
  const { rollout_id } = await it.store.enqueueRollout({ input: 1, metadata: { a: 1 } });
  const before = await it.store.getRolloutById({ rollout_id });
  await refused(() => it.store.updateRollout({ rollout_id, metadata: { HUGE } }), "metadata");
  await refused(() => it.store.updateRollout({ rollout_id, input: HUGE }), "input");
  assertEquals(await it.store.getRolloutById({ rollout_id }), before);
});

mongoTest("mongo: a span and resources that are too large are refused", async () => {
  await using it = await monitored(await freshDatabase("replica set"));
  const attempt = await running(it.store);
  const span = spanOf(attempt, "s-1", { attributes: { HUGE } });
  await refused(() => it.store.addSpan({ span }), "span s-1");
  assertEquals((await it.store.querySpans(attempt)).total, 0);
  const resources = {
    main: { resource_type: "prompt_template", template: HUGE, engine: "f-string" },
  } as const;
  await refused(() => it.store.updateResources({ resources_id: "rs-1", resources }), "resources");
  assertEquals(await it.store.getLatestResources(), null);
});

/** What a document holds once, and not twice. */
const LARGE = "x".repeat(8.25 * 2 ** 20);

mongoTest("mongo: metadata of an attempt that is too large is refused by itself", async () => {
  await using it = await monitored(await freshDatabase("replica set"));
  const { store } = it;
  const attempts = [await running(store), await running(store)] as const;
  await Promise.all([
    refused(() => store.updateAttempt({ ...attempts[0], metadata: { HUGE } }), "metadata"),
    store.updateAttempt({ ...attempts[1], status: "succeeded" }),
  ]);
  const { items } = await store.queryRollouts();
  assertEquals(items.map(({ status }) => status), ["preparing", "succeeded"]);
});

mongoTest("mongo: a worker's report that is too large is refused by itself", async () => {
  await using it = await monitored(await freshDatabase("replica set"));
  const { store } = it;
  await Promise.all([
    refused(
      () => store.updateWorker({ worker_id: "Worker-0", heartbeat_stats: { HUGE } }),
      "heartbeat_stats",
    ),
    store.updateWorker({ worker_id: "Worker-1", heartbeat_stats: { cpu: 1 } }),
    refused(() => store.updateWorker({ worker_id: LARGE }), "worker_id"),
  ]);
  const { items } = await store.queryWorkers();
  assertEquals(items.map(({ worker_id }) => worker_id), ["Worker-1"]);
});

mongoTest("mongo: a span of whose name its document has no room is refused by itself", async () => {
  await using it = await monitored(await freshDatabase("replica set"));
  const { store } = it;
  const attempts = [await running(store), await running(store)] as const;
  await Promise.all([
    refused(
      () => store.addSpan({ span: spanOf(attempts[0], "s-1", { name: LARGE }) }),
      "span s-1",
    ),
    store.addSpan({ span: spanOf(attempts[1], "s-2") }),
  ]);
  assertEquals((await store.querySpans(attempts[0])).total, 0);
  assertEquals((await store.querySpans(attempts[1])).total, 1);
});

mongoTest("mongo: ids that no document holds are refused, and ask for nothing", async () => {
  await using it = await monitored(await freshDatabase("replica set"));
  const { store } = it;
  const attempt = await running(store);
  await store.enqueueManyRollouts({ rollouts: [{ input: 1 }, { input: 2 }] });
  await Promise.all([
    refused(
      () => store.updateRollout({ rollout_id: HUGE, status: "cancelled" }),
      "rollout_id and attempt_id",
    ),
    store.updateAttempt({ ...attempt, status: "succeeded" }),
  ]);
  await Promise.all([
    refused(
      () => store.getNextSpanSequenceId({ rollout_id: HUGE, attempt_id: "at-1" }),
      "rollout_id",
    ),
    store.getNextSpanSequenceId(attempt),
  ]);
  await Promise.all([
    refused(() => store.updateResources({ resources_id: HUGE, resources: {} }), "resources"),
    store.updateResources({ resources_id: "rs-1", resources: {} }),
  ]);
  await refused(() => store.dequeueRollout({ worker_id: HUGE }), "worker_id");
  assertEquals((await store.dequeueRollout())?.input, 1);
  const [, claimed] = await Promise.all([
    refused(() => store.dequeueRollout({ worker_id: HUGE }), "worker_id"),
    store.dequeueRollout(),
  ]);
  assertEquals(claimed?.input, 2);
});

/** One that no check foresees: what is too large is what it sends together. */
const fails = async (run: () => Promise<unknown>): Promise<void> => {
  const { error } = await assertRejects(run, StoreException);
  assertEquals(error._tag, "Backend");
};

mongoTest("mongo: a command that no message holds fails by itself", async () => {
  await using it = await monitored(await freshDatabase("replica set"));
  const { store } = it;
  await Promise.all([
    store.enqueueRollout({ input: 1 }),
    fails(() => store.enqueueRollout({ input: LARGE, resources_id: HUGE })),
    store.enqueueRollout({ input: 2 }),
  ]);
  assertEquals((await store.queryRollouts()).items.map(({ input }) => input), [1, 2]);
  const attempts = [await running(store), await running(store), await running(store)] as const;
  await store.updateAttempt({ ...attempts[1], metadata: { LARGE } });
  await Promise.all([
    store.updateAttempt({ ...attempts[0], status: "succeeded" }),
    fails(() => store.startAttempt({ rollout_id: attempts[1].rollout_id, worker_id: LARGE })),
    store.updateAttempt({ ...attempts[2], status: "failed" }),
  ]);
  const { items } = await store.queryRollouts();
  assertEquals(items.slice(-3).map(({ status }) => status), ["succeeded", "preparing", "failed"]);
  assertEquals((await store.queryAttempts(attempts[1])).total, 1);
});

mongoTest("mongo: what grows by attempts until it is full fails, and stays as it was", async () => {
  await using it = await monitored(await freshDatabase("replica set"));
  const { store } = it;
  const { rollout_id, attempt_id } = await running(store);
  const metadata = { text: "x".repeat(7 * 2 ** 20) };
  await store.updateAttempt({ rollout_id, attempt_id, metadata });
  const next = await store.startAttempt({ rollout_id });
  const second = next.attempt.attempt_id;
  await store.updateAttempt({ rollout_id, attempt_id: second, metadata });
  const { error } = await assertRejects(
    () => store.updateRollout({ rollout_id, metadata }),
    StoreException,
  );
  assertEquals(error._tag, "Backend");
  const { attempt } = Object(await store.getRolloutById({ rollout_id }));
  assertEquals([attempt.attempt_id, attempt.metadata], [second, metadata]);
  assertEquals((await store.queryAttempts({ rollout_id })).total, 2);
});
