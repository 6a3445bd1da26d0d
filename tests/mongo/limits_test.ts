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
