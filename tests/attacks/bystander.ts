/** A client that does its work on a server, whatever others do there. */

import { assertEquals } from "@std/assert";
import { openStore, type PromiseStore } from "../../mod.ts";
import { spanOf } from "../../src/testing/mod.ts";

/** Works while an attack goes on, and once more when it is over. */
export const workBesides = async (address: string, attack: () => Promise<void>): Promise<void> => {
  // What fails is not tried again: it must not fail.
  const store = await openStore(address, { http: { retries: 0, timeoutSeconds: 300 } });
  let isOver = false;
  const attacking = attack().finally(() => {
    isOver = true;
  });
  const working = async () => {
    while (!isOver) await work(store);
    await work(store);
  };
  await Promise.all([attacking, working()]);
  await store.close();
};

/** Whether a rollout with such an input is the bystander's. */
export const isWork = (input: unknown): boolean => Object.hasOwn(Object(input), "work");

/** Takes one rollout from its enqueue to its end; nobody else may have claimed it. */
const work = async (store: PromiseStore): Promise<void> => {
  const input = { work: crypto.randomUUID() };
  const { rollout_id } = await store.enqueueRollout({ input });
  const claimed = await store.dequeueRollout({ worker_id: "bystander" });
  assertEquals([claimed?.rollout_id, claimed?.input], [rollout_id, input]);
  const ids = { rollout_id, attempt_id: claimed?.attempt.attempt_id ?? "" };
  const span = spanOf(ids, "step", { attributes: input });
  assertEquals(await store.addSpan({ span }), span);
  await store.updateAttempt({ ...ids, status: "succeeded" });
  const [finished] = await store.waitForRollouts({ rollout_ids: [rollout_id], timeout: 60 });
  assertEquals(finished?.status, "succeeded");
  assertEquals((await store.querySpans(ids)).items, [span]);
};
