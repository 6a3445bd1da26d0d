/** Waits for rollouts, at their seams. */

import { assert, assertEquals } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { type Backend, createStore, memory, promises, type PromiseStore } from "../../mod.ts";
import { backendError } from "../../src/model/errors.ts";
import { eventually } from "../eventually.ts";

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
  await delay(20);
  await store.updateRollout({ rollout_id, status: "succeeded" });
  assertEquals((await waiting).map(({ status }) => status), ["succeeded"]);
});

Deno.test("wait: a rumor of one asks for that one alone, once for all who wait", async () => {
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
  const waits = [1, 2, 3].map(() => here.waitForRollouts({ rollout_ids, timeout: 60 }));
  await delay(0);
  for (const rollout_id of rollout_ids) {
    await there.updateRollout({ rollout_id, status: "succeeded" });
    rumor.spread(rollout_id);
    await delay(0);
  }
  assertEquals((await Promise.all(waits)).map((it) => it.length), [50, 50, 50]);
  // Each has looked at all of them once.
  assertEquals(asked.splice(0, 3), [50, 50, 50]);
  const ofOne = asked.filter((many) => many === 1).length;
  // The last one may have been looked at by itself as well.
  assert(ofOne === 50 || ofOne === 51, String(ofOne));
});

/** A backend that others may write to, with the numbers of ids of each look at it. */
const watched = (changes: Partial<Backend>) => {
  const backend = memory();
  const looks: number[] = [];
  const shared: Backend = {
    ...backend,
    shared: true,
    statuses: (ids) => {
      looks.push(ids.length);
      return backend.statuses(ids);
    },
    ...changes,
  };
  return { looks, here: promises(createStore(shared)), there: promises(createStore(backend)) };
};

const enqueued = async (store: PromiseStore, many: number): Promise<readonly string[]> => {
  const rollouts = await store.enqueueManyRollouts({
    rollouts: Array.from({ length: many }, (_, input) => ({ input })),
  });
  return rollouts.map(({ rollout_id }) => rollout_id);
};

Deno.test("wait: one looks for all who wait, at what has not finished", async () => {
  const { here, there, looks } = watched({});
  const rollout_ids = await enqueued(there, 20);
  const waits = rollout_ids.map(() => here.waitForRollouts({ rollout_ids, timeout: 60 }));
  await delay(0);
  for (const rollout_id of rollout_ids.slice(1)) {
    await there.updateRollout({ rollout_id, status: "failed" });
  }
  // Each has looked at all of them once.
  assertEquals(looks.splice(0), rollout_ids.map(() => 20));
  await eventually(() => looks.length > 2);
  assertEquals([...new Set(looks)], [20, 1]);
  await there.updateRollout({ rollout_id: rollout_ids[0] ?? "", status: "failed" });
  assertEquals((await Promise.all(waits)).map((it) => it.length), rollout_ids.map(() => 20));
});

Deno.test("wait: where the engine tells that nobody has written, nobody looks", async () => {
  const version = { now: "1", read: 0 };
  const { here, there, looks } = watched({
    version: () => {
      version.read++;
      return Promise.resolve({ _tag: "Right", right: version.now });
    },
  });
  const rollout_ids = await enqueued(there, 3);
  const wait = here.waitForRollouts({ rollout_ids, timeout: 60 });
  await eventually(() => version.read > 4);
  // One of the wait itself, and one with the first version.
  assertEquals(looks, [3, 3]);
  for (const rollout_id of rollout_ids) {
    await there.updateRollout({ rollout_id, status: "failed" });
  }
  version.now = "2";
  assertEquals((await wait).length, 3);
});

Deno.test("wait: a look that fails, or a backend that rejects, ends each wait by its own look", async () => {
  for (
    const failed of [
      () => Promise.resolve({ _tag: "Left", left: backendError("gone", null) } as const),
      () => Promise.reject(new Error("gone")),
    ]
  ) {
    const broken = { from: Infinity };
    const backend = memory();
    const store = promises(createStore({
      ...backend,
      shared: true,
      statuses: (ids) => performance.now() < broken.from ? backend.statuses(ids) : failed(),
    }));
    const own = await enqueued(store, 1);
    const waits = [1, 2].map(() =>
      store.waitForRollouts({ rollout_ids: own, timeout: 60 }).then(() => null, (cause) => cause)
    );
    await delay(0);
    broken.from = 0;
    for (const wait of waits) assertEquals(Object(await wait).error?._tag, "Backend");
  }
});
