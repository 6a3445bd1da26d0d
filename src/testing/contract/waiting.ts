/** Contract section 12.9: waiting. The time that a wait takes is real; its bounds are generous. */

import { assert, assertEquals } from "../../deps/assert.ts";
import type { Rollout } from "../../model/rollout.ts";
import type { PromiseStore } from "../../store/lightning_store.ts";
import { fails } from "../failure.ts";
import type { ContractCase } from "../kit.ts";

/** What a busy machine may add to a time, in seconds. */
const NOISE = 5;

const enqueued = async (store: PromiseStore, count: number): Promise<readonly string[]> =>
  (await store.enqueueManyRollouts({
    rollouts: Array.from({ length: count }, (_, i) => ({ input: i })),
  })).map(({ rollout_id }) => rollout_id);

const finish = (store: PromiseStore, rollout_id = "") =>
  store.updateRollout({ rollout_id, status: "succeeded" });

const idsOf = (rollouts: readonly Rollout[]) => rollouts.map(({ rollout_id }) => rollout_id);

const pause = (seconds: number) => new Promise((done) => setTimeout(done, seconds * 1000));

const timed = async <A>(promise: Promise<A>) => {
  const start = performance.now();
  const value = await promise;
  return { value, seconds: (performance.now() - start) / 1000 };
};

export const waiting: readonly ContractCase[] = [
  {
    number: 123,
    sentence: "one of three finishes within 0.2 s / wait 0.2 / that one, at the deadline",
    run: async ({ scene }) => {
      const { store } = await scene();
      const rollout_ids = await enqueued(store, 3);
      const wait = timed(store.waitForRollouts({ rollout_ids, timeout: 0.2 }));
      await finish(store, rollout_ids[1]);
      const { value, seconds } = await wait;
      assertEquals(idsOf(value), [rollout_ids[1]]);
      assert(seconds > 0.15 && seconds < 0.2 + NOISE, `${seconds} s`);
      assert(value[0] !== undefined && !("attempt" in value[0]));
    },
  },
  {
    number: 124,
    sentence:
      "already finished or cancelled, timeout 10; unfinished, timeout 0 / wait / returned at once; empty at once",
    run: async ({ scene }) => {
      const { store } = await scene();
      const [done = "", gone = "", open = ""] = await enqueued(store, 3);
      await finish(store, done);
      await store.updateRollout({ rollout_id: gone, status: "cancelled" });
      const over = await timed(store.waitForRollouts({ rollout_ids: [done, gone], timeout: 10 }));
      assertEquals(idsOf(over.value), [done, gone]);
      assert(over.seconds < NOISE, `${over.seconds} s`);
      const look = await timed(store.waitForRollouts({ rollout_ids: [open], timeout: 0 }));
      assertEquals(look.value, []);
      assert(look.seconds < NOISE, `${look.seconds} s`);
    },
  },
  {
    number: 125,
    sentence: "finished, timeout -1 / wait / returned at once (B-17)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const rollout_ids = await enqueued(store, 1);
      await finish(store, rollout_ids[0]);
      const { value, seconds } = await timed(store.waitForRollouts({ rollout_ids, timeout: -1 }));
      assertEquals(idsOf(value), rollout_ids);
      assert(seconds < NOISE, `${seconds} s`);
    },
  },
  {
    number: 126,
    sentence:
      "unknown ids only, timeout null; one known and two unknown ids / wait / empty at once; returned when the known one finishes (B-17)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const unknown = ["ro-x", "ro-y"];
      assertEquals(await store.waitForRollouts({ rollout_ids: unknown, timeout: null }), []);
      const [known = ""] = await enqueued(store, 1);
      const wait = store.waitForRollouts({ rollout_ids: ["ro-x", known, "ro-y"], timeout: null });
      await pause(0.05);
      await finish(store, known);
      assertEquals(idsOf(await wait), [known]);
    },
  },
  {
    number: 127,
    sentence: "timeout null / finishes after 0.5 s / returned within 0.2 s more, in memory",
    run: async ({ scene }) => {
      const { store } = await scene();
      const rollout_ids = await enqueued(store, 1);
      const wait = store.waitForRollouts({ rollout_ids, timeout: null });
      await pause(0.5);
      await finish(store, rollout_ids[0]);
      const { value, seconds } = await timed(wait);
      assertEquals(idsOf(value), rollout_ids);
      assert(seconds < 0.2 + NOISE, `${seconds} s`);
    },
  },
  {
    number: 128,
    sentence: "timeout null / caller aborts / ends promptly, nothing left running",
    run: async ({ scene }) => {
      const { store } = await scene();
      const rollout_ids = await enqueued(store, 1);
      const abort = new AbortController();
      const { signal } = abort;
      const wait = store.waitForRollouts({ rollout_ids, timeout: null }, { signal });
      const ended = timed(fails(wait, "Aborted"));
      setTimeout(() => abort.abort(), 50);
      const { seconds } = await ended;
      assert(seconds < 0.05 + NOISE, `${seconds} s`);
      // A signal that was given before ends the wait before it begins. That nothing is left running
      // is the test runner's to see.
      await fails(store.waitForRollouts({ rollout_ids, timeout: null }, { signal }), "Aborted");
    },
  },
  {
    number: 129,
    sentence: "five waiters / finish / all five get it",
    run: async ({ scene }) => {
      const { store } = await scene();
      const rollout_ids = await enqueued(store, 1);
      const waits = Array.from(
        { length: 5 },
        () => store.waitForRollouts({ rollout_ids, timeout: 10 }),
      );
      await pause(0.02);
      await finish(store, rollout_ids[0]);
      for (const wait of waits) assertEquals(idsOf(await wait), rollout_ids);
    },
  },
  {
    number: 130,
    sentence: "ids [b, unknown, a, b], known ones done / wait 0 / b, a, b",
    run: async ({ scene }) => {
      const { store } = await scene();
      const [a = "", b = ""] = await enqueued(store, 2);
      await finish(store, a);
      await finish(store, b);
      const rollout_ids = [b, "ro-unknown", a, b];
      const found = await store.waitForRollouts({ rollout_ids, timeout: 0 });
      assertEquals(idsOf(found), [b, a, b]);
    },
  },
  {
    number: 131,
    sentence: "40 unfinished ids / wait 0.3 / about 0.3 s in all (B-07)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const rollout_ids = await enqueued(store, 40);
      const { value, seconds } = await timed(store.waitForRollouts({ rollout_ids, timeout: 0.3 }));
      assertEquals(value, []);
      assert(seconds > 0.25 && seconds < 0.3 + NOISE, `${seconds} s`);
    },
  },
  {
    number: 132,
    sentence:
      "finished then reopened / wait 0.2 / waits, then empty; if it finishes meanwhile, returned (B-06)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const rollout_ids = await enqueued(store, 1);
      const [rollout_id = ""] = rollout_ids;
      const reopened = async () => {
        await finish(store, rollout_id);
        await store.updateRollout({ rollout_id, status: "running" });
      };
      await reopened();
      const first = await timed(store.waitForRollouts({ rollout_ids, timeout: 0.2 }));
      assertEquals(first.value, []);
      assert(first.seconds > 0.15, `${first.seconds} s`);
      const second = store.waitForRollouts({ rollout_ids, timeout: 5 });
      await pause(0.05);
      await finish(store, rollout_id);
      assertEquals(idsOf(await second), rollout_ids);
    },
  },
];
