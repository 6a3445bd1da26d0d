/** Waits for rollouts, at their seams. */

import { assertEquals } from "@std/assert";
import { type Backend, createStore, memory, promises } from "../../mod.ts";

Deno.test("wait: what is reopened between the two looks of a wait is waited for", async () => {
  const backend = memory();
  const reopening = { now: async () => {} };
  const store = promises(createStore({
    ...backend,
    rollouts: async (ids) => {
      await reopening.now();
      return await backend.rollouts(ids);
    },
  }));
  const { rollout_id } = await store.startRollout({ input: 1 });
  await store.updateRollout({ rollout_id, status: "failed" });
  reopening.now = async () => {
    reopening.now = async () => {};
    await store.updateRollout({ rollout_id, status: "running" });
  };
  const waiting = store.waitForRollouts({ rollout_ids: [rollout_id] });
  await new Promise((wake) => setTimeout(wake, 20));
  await store.updateRollout({ rollout_id, status: "succeeded" });
  assertEquals((await waiting).map(({ status }) => status), ["succeeded"]);
});

Deno.test("wait: a rumor of one asks for that one alone", async () => {
  const backend = memory();
  const asked: number[] = [];
  const rumor = { spread: (_: string): void => {} };
  const shared: Backend = {
    ...backend,
    shared: true,
    feed: (heard) => {
      rumor.spread = heard;
      return { isLive: () => true, stop: () => Promise.resolve() };
    },
    statuses: (ids) => {
      asked.push(ids.length);
      return backend.statuses(ids);
    },
  };
  const [here, there] = [promises(createStore(shared)), promises(createStore(backend))];
  const ids = await there.enqueueManyRollouts({
    rollouts: Array.from({ length: 50 }, (_, input) => ({ input })),
  });
  const rollout_ids = ids.map(({ rollout_id }) => rollout_id);
  const waiting = here.waitForRollouts({ rollout_ids, timeout: 60 });
  await new Promise((wake) => setTimeout(wake, 0));
  for (const rollout_id of rollout_ids) {
    await there.updateRollout({ rollout_id, status: "succeeded" });
    rumor.spread(rollout_id);
    await new Promise((wake) => setTimeout(wake, 0));
  }
  assertEquals((await waiting).length, 50);
  assertEquals(asked[0], 50);
  assertEquals(asked.slice(1).filter((many) => many > 5), []);
});
