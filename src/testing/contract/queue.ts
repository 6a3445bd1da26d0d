/** Contract section 12.2: the queue. */

import { assert, assertEquals } from "../../deps/assert.ts";
import type { Rollout } from "../../model/rollout.ts";
import type { PromiseStore } from "../../store/lightning_store.ts";
import type { ContractCase } from "../kit.ts";
import { claim } from "./claimed.ts";

const queued = (store: PromiseStore, count: number): Promise<readonly Rollout[]> =>
  store.enqueueManyRollouts({
    rollouts: Array.from({ length: count }, (_, i) => ({ input: i })),
  });

const idOf = (rollout: { readonly rollout_id: string } | null | undefined) => rollout?.rollout_id;

/** Tries to have one rollout in the queue twice, by requeues that race. */
const requeuedByManyAtOnce = async (store: PromiseStore): Promise<string> => {
  await store.enqueueRollout({ input: 1 });
  const { rollout_id } = await claim(store);
  await Promise.all(
    Array.from({ length: 2 }, () => store.updateRollout({ rollout_id, status: "requeuing" })),
  );
  return rollout_id;
};

export const queue: readonly ContractCase[] = [
  {
    number: 12,
    sentence: "five queued / dequeue five times / same order, all `preparing`",
    run: async ({ scene }) => {
      const { store } = await scene();
      for (const rollout of await queued(store, 5)) {
        const claimed = await store.dequeueRollout();
        assertEquals(idOf(claimed), idOf(rollout));
        assertEquals(claimed?.status, "preparing");
      }
    },
  },
  {
    number: 13,
    sentence: "empty queue / dequeue thrice, dequeue_many 3 / null each time, empty array",
    run: async ({ scene }) => {
      const { store } = await scene();
      for (let i = 0; i < 3; i++) assertEquals(await store.dequeueRollout(), null);
      assertEquals(await store.dequeueManyRollouts({ limit: 3 }), []);
    },
  },
  {
    number: 14,
    sentence:
      "four queued, first three set `succeeded`, `failed`, `cancelled` / dequeue twice / fourth, then null; the others untouched and without attempts",
    run: async ({ scene }) => {
      const { store } = await scene();
      const rollouts = await queued(store, 4);
      const ends = ["succeeded", "failed", "cancelled"] as const;
      const ended: Rollout[] = [];
      for (const [i, status] of ends.entries()) {
        const rollout_id = rollouts[i]?.rollout_id ?? "";
        ended.push(await store.updateRollout({ rollout_id, status }));
      }
      assertEquals(idOf(await store.dequeueRollout()), idOf(rollouts[3]));
      assertEquals(await store.dequeueRollout(), null);
      assertEquals((await store.queryRollouts({ status_in: ends })).items, ended);
      for (const { rollout_id } of ended) {
        assertEquals((await store.queryAttempts({ rollout_id })).total, 0);
      }
    },
  },
  {
    number: 15,
    sentence: "claimed rollout / set `requeuing`, dequeue / same rollout, attempt sequence 2",
    run: async ({ scene }) => {
      const { store } = await scene();
      await queued(store, 1);
      const { rollout_id } = await claim(store);
      await store.updateRollout({ rollout_id, status: "requeuing" });
      const again = await claim(store);
      assertEquals(again.rollout_id, rollout_id);
      assertEquals(again.attempt.sequence_id, 2);
    },
  },
  {
    number: 16,
    sentence: "a and b queued, a set `running` then `requeuing` / dequeue thrice / a, b, null",
    run: async ({ scene }) => {
      const { store } = await scene();
      const [a, b] = await queued(store, 2);
      const rollout_id = a?.rollout_id ?? "";
      await store.updateRollout({ rollout_id, status: "running" });
      await store.updateRollout({ rollout_id, status: "requeuing" });
      assertEquals(idOf(await store.dequeueRollout()), idOf(a));
      assertEquals(idOf(await store.dequeueRollout()), idOf(b));
      assertEquals(await store.dequeueRollout(), null);
    },
  },
  {
    number: 17,
    sentence: "queued rollout / set `queuing` thrice and update metadata / claimable exactly once",
    run: async ({ scene }) => {
      const { store } = await scene();
      const { rollout_id } = await store.enqueueRollout({ input: 1 });
      for (let i = 0; i < 3; i++) await store.updateRollout({ rollout_id, status: "queuing" });
      await store.updateRollout({ rollout_id, metadata: { touched: true } });
      assertEquals(idOf(await store.dequeueRollout()), rollout_id);
      assertEquals(await store.dequeueRollout(), null);
    },
  },
  {
    number: 18,
    sentence: "finished rollout / set `queuing` / claimable again with the next sequence id",
    run: async ({ scene }) => {
      const { store } = await scene();
      await store.enqueueRollout({ input: 1 });
      const { rollout_id } = await claim(store);
      await store.updateAttempt({ rollout_id, attempt_id: "latest", status: "succeeded" });
      await store.updateRollout({ rollout_id, status: "queuing" });
      const again = await claim(store);
      assertEquals(again.rollout_id, rollout_id);
      assertEquals(again.attempt.sequence_id, 2);
    },
  },
  {
    number: 19,
    sentence: "queued rollout / start_attempt, dequeue / `preparing` with sequence 1, then null",
    run: async ({ scene }) => {
      const { store } = await scene();
      const { rollout_id } = await store.enqueueRollout({ input: 1 });
      const started = await store.startAttempt({ rollout_id });
      assertEquals(started.status, "preparing");
      assertEquals(started.attempt.sequence_id, 1);
      assertEquals(await store.dequeueRollout(), null);
    },
  },
  {
    number: 20,
    sentence:
      "`queuing` rollout that lost its entry / set status `queuing` / claimable; update metadata only / not claimable",
    run: async ({ scene }) => {
      const { store, strand } = await scene();
      const { end_time, mode, config, metadata } = await store.enqueueRollout({ input: "queued" });
      await claim(store);
      const rollout_id = "ro-stranded";
      await strand({
        rollout_id,
        input: "stranded",
        start_time: 1,
        end_time,
        mode,
        resources_id: null,
        status: "queuing",
        config,
        metadata,
      });
      await store.updateRollout({ rollout_id, metadata: { touched: true } });
      assertEquals(await store.dequeueRollout(), null);
      await store.updateRollout({ rollout_id, status: "queuing" });
      assertEquals(idOf(await store.dequeueRollout()), rollout_id);
    },
  },
  {
    number: 21,
    sentence: "four queued / dequeue_many 2, then 5 / two, then the other two, FIFO",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = (await queued(store, 4)).map(idOf);
      assertEquals((await store.dequeueManyRollouts({ limit: 2 })).map(idOf), ids.slice(0, 2));
      assertEquals((await store.dequeueManyRollouts({ limit: 5 })).map(idOf), ids.slice(2));
    },
  },
  {
    number: 22,
    sentence: "stale entry before two valid ones / dequeue_many 2 / both valid ones",
    run: async ({ scene }) => {
      const { store } = await scene();
      const [stale, ...valid] = await queued(store, 3);
      await store.updateRollout({ rollout_id: stale?.rollout_id ?? "", status: "cancelled" });
      assertEquals(
        (await store.dequeueManyRollouts({ limit: 2 })).map(idOf),
        valid.map(idOf),
      );
    },
  },
  {
    number: 23,
    sentence:
      "busy worker, rollouts queued / dequeue_many 0 with that worker / empty array, worker untouched (B-13)",
    run: async ({ scene }) => {
      const { store } = await scene();
      await queued(store, 2);
      await claim(store, "w");
      const before = await store.getWorkerById({ worker_id: "w" });
      assertEquals(await store.dequeueManyRollouts({ limit: 0, worker_id: "w" }), []);
      assertEquals(before?.status, "busy");
      assertEquals(await store.getWorkerById({ worker_id: "w" }), before);
    },
  },
  {
    number: 24,
    sentence: "same id twice in the queue / dequeue twice / one claim, then null",
    run: async ({ scene }) => {
      const { store } = await scene();
      const rollout_id = await requeuedByManyAtOnce(store);
      assertEquals(idOf(await store.dequeueRollout()), rollout_id);
      assertEquals(await store.dequeueRollout(), null);
    },
  },
  {
    number: 25,
    sentence: "same id twice in the queue / dequeue_many 2 / one claim, one attempt (B-14)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const rollout_id = await requeuedByManyAtOnce(store);
      assertEquals((await store.dequeueManyRollouts({ limit: 2 })).map(idOf), [rollout_id]);
      // The first attempt is the one that was made before the requeues.
      assertEquals((await store.queryAttempts({ rollout_id })).total, 2);
    },
  },
  {
    number: 26,
    sentence: "queued rollout / dequeue / rollout `start_time` unchanged, attempt's later",
    run: async ({ scene }) => {
      const { store, clock } = await scene();
      const { rollout_id, start_time } = await store.enqueueRollout({ input: 1 });
      clock.advance(1);
      const claimed = await claim(store);
      assertEquals(claimed.start_time, start_time);
      assertEquals((await store.getRolloutById({ rollout_id }))?.start_time, start_time);
      assert(claimed.attempt.start_time > start_time);
    },
  },
];
