/** Contract section 12.5: what an attempt does to its rollout, and retries. */

import { assert, assertEquals } from "../../deps/assert.ts";
import type { PromiseStore } from "../../store/lightning_store.ts";
import type { ContractCase } from "../kit.ts";
import { type AttemptIds, claim, enqueuedAndClaimed, idsOf, statusesOf } from "./claimed.ts";

const rolloutStatus = async (store: PromiseStore, { rollout_id }: { rollout_id: string }) =>
  (await store.getRolloutById({ rollout_id }))?.status;

const attemptAgain = async (store: PromiseStore, { rollout_id }: AttemptIds) =>
  idsOf(await store.startAttempt({ rollout_id }));

export const propagation: readonly ContractCase[] = [
  {
    number: 60,
    sentence:
      "three attempts / first set `succeeded`, then third / rollout `preparing`, then `succeeded`",
    run: async ({ scene }) => {
      const { store } = await scene();
      const first = await enqueuedAndClaimed(store);
      await attemptAgain(store, first);
      const third = await attemptAgain(store, first);
      await store.updateAttempt({ ...first, status: "succeeded" });
      assertEquals(await rolloutStatus(store, first), "preparing");
      await store.updateAttempt({ ...third, status: "succeeded" });
      assertEquals(await rolloutStatus(store, first), "succeeded");
    },
  },
  {
    number: 61,
    sentence:
      "retry on failed, max 3, two attempts / older fails, then latest / `preparing`, then `requeuing`",
    run: async ({ scene }) => {
      const { store } = await scene();
      const older = await enqueuedAndClaimed(store, {
        retry_condition: ["failed"],
        max_attempts: 3,
      });
      const latest = await attemptAgain(store, older);
      await store.updateAttempt({ ...older, status: "failed" });
      assertEquals(await rolloutStatus(store, older), "preparing");
      await store.updateAttempt({ ...latest, status: "failed" });
      assertEquals(await rolloutStatus(store, older), "requeuing");
    },
  },
  {
    number: 62,
    sentence: "defaults / attempt fails / rollout `failed`, `end_time` set, dequeue null",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      await store.updateAttempt({ ...ids, status: "failed" });
      const rollout = await store.getRolloutById(ids);
      assertEquals(rollout?.status, "failed");
      assert(typeof rollout?.end_time === "number");
      assertEquals(await store.dequeueRollout(), null);
    },
  },
  {
    number: 63,
    sentence:
      "retry on failed, max 3, attempt 3 fails; or retry on timeout only, attempt fails / then / rollout `failed`",
    run: async ({ scene }) => {
      const { store } = await scene();
      const first = await enqueuedAndClaimed(store, {
        retry_condition: ["failed"],
        max_attempts: 3,
      });
      await attemptAgain(store, first);
      const third = await attemptAgain(store, first);
      await store.updateAttempt({ ...third, status: "failed" });
      assertEquals(await rolloutStatus(store, first), "failed");

      const other = await enqueuedAndClaimed(store, {
        retry_condition: ["timeout"],
        max_attempts: 3,
      });
      await store.updateAttempt({ ...other, status: "failed" });
      assertEquals(await rolloutStatus(store, other), "failed");
    },
  },
  {
    number: 64,
    sentence: "config widened after creation / attempt fails / new config decides",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      const { rollout_id } = ids;
      const config = { max_attempts: 2, retry_condition: ["failed"] } as const;
      await store.updateRollout({ rollout_id, config });
      await store.updateAttempt({ ...ids, status: "failed" });
      assertEquals(await rolloutStatus(store, ids), "requeuing");
    },
  },
  {
    number: 65,
    sentence:
      "requeued after timeout, not re-claimed / old attempt set `succeeded` / rollout `succeeded`, dequeue null",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store, {
        retry_condition: ["timeout"],
        max_attempts: 2,
      });
      await store.updateAttempt({ ...ids, status: "timeout" });
      assertEquals(await rolloutStatus(store, ids), "requeuing");
      await store.updateAttempt({ ...ids, status: "succeeded" });
      assertEquals(await rolloutStatus(store, ids), "succeeded");
      assertEquals(await store.dequeueRollout(), null);
    },
  },
  {
    number: 66,
    sentence: "requeued and re-claimed / old attempt set `succeeded` / rollout stays `preparing`",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store, {
        retry_condition: ["timeout"],
        max_attempts: 2,
      });
      await store.updateAttempt({ ...ids, status: "timeout" });
      await claim(store);
      await store.updateAttempt({ ...ids, status: "succeeded" });
      assertEquals(await rolloutStatus(store, ids), "preparing");
    },
  },
  {
    number: 67,
    sentence:
      "rollout `failed` through an unresponsive attempt / attempt set `succeeded` / rollout `succeeded`",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      await store.updateAttempt({ ...ids, status: "unresponsive" });
      assertEquals(await rolloutStatus(store, ids), "failed");
      await store.updateAttempt({ ...ids, status: "succeeded" });
      assertEquals(await rolloutStatus(store, ids), "succeeded");
    },
  },
  {
    number: 68,
    sentence:
      "retry on failed, max 2 / fail, dequeue, fail / attempt 2 made, then rollout `failed`",
    run: async ({ scene }) => {
      const { store } = await scene();
      const first = await enqueuedAndClaimed(store, {
        retry_condition: ["failed"],
        max_attempts: 2,
      });
      await store.updateAttempt({ ...first, status: "failed" });
      const second = await claim(store);
      assertEquals(second.rollout_id, first.rollout_id);
      assertEquals(second.attempt.sequence_id, 2);
      await store.updateAttempt({ ...idsOf(second), status: "failed" });
      assertEquals(await rolloutStatus(store, first), "failed");
      assertEquals(await store.dequeueRollout(), null);
    },
  },
  {
    number: 69,
    sentence:
      "hand-requeued rollout with failed attempt / metadata update of that attempt / still `requeuing`, claimable (B-04)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      const { rollout_id } = ids;
      await store.updateAttempt({ ...ids, status: "failed" });
      await store.updateRollout({ rollout_id, status: "requeuing" });
      await store.updateAttempt({ ...ids, metadata: { note: "looked at" } });
      assertEquals(await rolloutStatus(store, ids), "requeuing");
      assertEquals((await claim(store)).rollout_id, rollout_id);
    },
  },
  {
    number: 70,
    sentence:
      "cancelled rollout / heartbeat update, then `succeeded`, on its latest attempt / rollout `cancelled`, attempt `succeeded` (B-02)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      const { rollout_id } = ids;
      await store.updateRollout({ rollout_id, status: "cancelled" });
      await store.updateAttempt({ ...ids, last_heartbeat_time: 5 });
      assertEquals(await rolloutStatus(store, ids), "cancelled");
      await store.updateAttempt({ ...ids, status: "succeeded" });
      assertEquals(await statusesOf(store, ids), {
        rollout: "cancelled",
        attempt: "succeeded",
      });
    },
  },
  {
    number: 71,
    sentence: "cancelled rollout / set `queuing` / claimable",
    run: async ({ scene }) => {
      const { store } = await scene();
      const { rollout_id } = await enqueuedAndClaimed(store);
      await store.updateRollout({ rollout_id, status: "cancelled" });
      assertEquals(await store.dequeueRollout(), null);
      await store.updateRollout({ rollout_id, status: "queuing" });
      assertEquals((await claim(store)).rollout_id, rollout_id);
    },
  },
  {
    number: 72,
    sentence:
      "rollout set `succeeded` by update / attempt set `succeeded` later / rollout `end_time` unchanged",
    run: async ({ scene }) => {
      const { store, clock } = await scene();
      const ids = await enqueuedAndClaimed(store);
      const { rollout_id } = ids;
      const { end_time } = await store.updateRollout({ rollout_id, status: "succeeded" });
      clock.advance(5);
      await store.updateAttempt({ ...ids, status: "succeeded" });
      assertEquals((await store.getRolloutById({ rollout_id }))?.end_time, end_time);
    },
  },
];
