/** The order of what one process does at once. */

import { assertEquals } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { openStore, type PromiseStore } from "../../mod.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";

/** A store whose watchdog has had its turn, for which the first caller waits longer than others. */
const opened = async (): Promise<PromiseStore> => {
  const store = await openStore(await freshDatabase("replica set"), {
    mongo: { partition: "order" },
  });
  await store.dequeueRollout();
  return store;
};

mongoTest(
  "mongo: enqueues of one tick are claimed in their order, however many they are",
  async () => {
    const store = await opened();
    const inputs = Array.from({ length: 1_200 }, (_, i) => i);
    await Promise.all(inputs.map((input) => store.enqueueRollout({ input })));
    const claimed = await store.dequeueManyRollouts({ limit: inputs.length });
    assertEquals(claimed.map(({ input }) => input), inputs);
    assertEquals((await store.queryRollouts()).items.map(({ input }) => input), inputs);
    await store.close();
  },
);

mongoTest(
  "mongo: of updates under way at once, the last one says what the worker does",
  async () => {
    const store = await opened();
    const jobs = Array.from({ length: 64 }, (_, i) => `Worker-${i}`);
    const states = await Promise.all(jobs.map(async (worker_id, i) => {
      const { rollout_id, attempt: { attempt_id } } = await store.startRollout({
        input: i,
        worker_id,
      });
      const attempt = { rollout_id, attempt_id };
      const running = store.updateAttempt({ ...attempt, status: "running" });
      await delay(i % 16);
      await Promise.all([running, store.updateAttempt({ ...attempt, status: "succeeded" })]);
      const [worker, { status } = { status: "" }] = await Promise.all([
        store.getWorkerById({ worker_id }),
        store.getLatestAttempt(attempt).then((it) => it ?? undefined),
      ]);
      return [worker?.status, worker?.current_attempt_id, status];
    }));
    assertEquals(states, jobs.map(() => ["idle", null, "succeeded"]));
    await store.close();
  },
);
