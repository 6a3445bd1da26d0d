/** Contract section 12.4: attempts. */

import { assert, assertEquals } from "../../deps/assert.ts";
import { fails } from "../failure.ts";
import type { ContractCase } from "../kit.ts";
import { spanOf } from "../span_of.ts";
import { claim, enqueuedAndClaimed, idsOf, statusesOf } from "./claimed.ts";

export const attempts: readonly ContractCase[] = [
  {
    number: 47,
    sentence: "claimed / query_attempts / one, sequence 1, `preparing`, heartbeat null",
    run: async ({ scene }) => {
      const { store } = await scene();
      const { rollout_id } = await enqueuedAndClaimed(store);
      const { items, total } = await store.queryAttempts({ rollout_id });
      assertEquals(total, 1);
      assertEquals(items[0]?.sequence_id, 1);
      assertEquals(items[0]?.status, "preparing");
      assertEquals(items[0]?.last_heartbeat_time, null);
    },
  },
  {
    number: 48,
    sentence:
      "three attempts / sequence desc; limit 1 offset 1; limit 0; offset 10 / 3,2,1; 2; none; none (total 3 always)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const { rollout_id } = await store.startRollout({ input: 1 });
      await store.startAttempt({ rollout_id });
      await store.startAttempt({ rollout_id });
      const query = async (args: { sort_order?: "desc"; limit?: number; offset?: number }) => {
        const { items, total } = await store.queryAttempts({ rollout_id, ...args });
        assertEquals(total, 3);
        return items.map(({ sequence_id }) => sequence_id);
      };
      assertEquals(await query({ sort_order: "desc" }), [3, 2, 1]);
      assertEquals(await query({ limit: 1, offset: 1 }), [2]);
      assertEquals(await query({ limit: 0 }), []);
      assertEquals(await query({ offset: 10 }), []);
    },
  },
  {
    number: 49,
    sentence:
      "unknown rollout, or queued one / query_attempts, get_latest_attempt / empty page, null",
    run: async ({ scene }) => {
      const { store } = await scene();
      const queued = await store.enqueueRollout({ input: 1 });
      for (const rollout_id of ["ro-unknown", queued.rollout_id]) {
        const { items, total } = await store.queryAttempts({ rollout_id });
        assertEquals(items, []);
        assertEquals(total, 0);
        assertEquals(await store.getLatestAttempt({ rollout_id }), null);
      }
    },
  },
  {
    number: 50,
    sentence: "`max_attempts` 2 / start_attempt thrice / sequences 1, 2, 3",
    run: async ({ scene }) => {
      const { store } = await scene();
      const { rollout_id } = await store.enqueueRollout({
        input: 1,
        config: { max_attempts: 2 },
      });
      for (const expected of [1, 2, 3]) {
        const { attempt } = await store.startAttempt({ rollout_id });
        assertEquals(attempt.sequence_id, expected);
      }
    },
  },
  {
    number: 51,
    sentence: "succeeded rollout / start_attempt / rollout `preparing`, new latest attempt",
    run: async ({ scene }) => {
      const { store } = await scene();
      const { rollout_id, attempt_id } = await enqueuedAndClaimed(store);
      await store.updateAttempt({ rollout_id, attempt_id, status: "succeeded" });
      const { status, attempt } = await store.startAttempt({ rollout_id });
      assertEquals(status, "preparing");
      assertEquals((await store.getRolloutById({ rollout_id }))?.status, "preparing");
      assertEquals(await store.getLatestAttempt({ rollout_id }), attempt);
    },
  },
  {
    number: 52,
    sentence: "attempt / update status, worker, heartbeat, metadata / all stored",
    run: async ({ scene }) => {
      const { store } = await scene();
      const { rollout_id, attempt_id } = await enqueuedAndClaimed(store);
      const fields = {
        status: "running",
        worker_id: "w",
        last_heartbeat_time: 12.5,
        metadata: { note: "hi" },
      } as const;
      const updated = await store.updateAttempt({ rollout_id, attempt_id, ...fields });
      const { status, worker_id, last_heartbeat_time, metadata } = updated;
      assertEquals({ status, worker_id, last_heartbeat_time, metadata }, fields);
      assertEquals(await store.getLatestAttempt({ rollout_id }), updated);
    },
  },
  {
    number: 53,
    sentence:
      "attempt / update `latest` with `succeeded` / right attempt, `end_time` set, rollout `succeeded` with `end_time` ≥ attempt's",
    run: async ({ scene }) => {
      const { store } = await scene();
      const { rollout_id } = await store.startRollout({ input: 1 });
      const { attempt: second } = await store.startAttempt({ rollout_id });
      const updated = await store.updateAttempt({
        rollout_id,
        attempt_id: "latest",
        status: "succeeded",
      });
      assertEquals(updated.attempt_id, second.attempt_id);
      const rollout = await store.getRolloutById({ rollout_id });
      assertEquals(rollout?.status, "succeeded");
      assert(updated.end_time !== null);
      assert((rollout?.end_time ?? 0) >= updated.end_time);
    },
  },
  {
    number: 54,
    sentence: "attempt / update `running`, `unresponsive` or `timeout` / attempt `end_time` null",
    run: async ({ scene }) => {
      const { store } = await scene();
      for (const status of ["running", "unresponsive", "timeout"] as const) {
        const ids = await enqueuedAndClaimed(store);
        const updated = await store.updateAttempt({ ...ids, status });
        assertEquals(updated.status, status);
        assertEquals(updated.end_time, null);
      }
    },
  },
  {
    number: 55,
    sentence:
      'rollout without attempts / update_attempt by any id / `NotFound` "No attempts found"',
    run: async ({ scene }) => {
      const { store } = await scene();
      const { rollout_id } = await store.enqueueRollout({ input: 1 });
      for (const attempt_id of ["at-any", "latest"]) {
        await fails(
          store.updateAttempt({ rollout_id, attempt_id, status: "running" }),
          "NotFound",
          "No attempts found",
        );
      }
    },
  },
  {
    number: 56,
    sentence:
      'unknown attempt of a tried rollout; unknown rollout / update_attempt (and start_attempt for the latter) / `NotFound` "Attempt …"; "Rollout …"',
    run: async ({ scene }) => {
      const { store } = await scene();
      const { rollout_id } = await store.startRollout({ input: 1 });
      await fails(
        store.updateAttempt({ rollout_id, attempt_id: "at-unknown", status: "running" }),
        "NotFound",
        "Attempt at-unknown not found",
      );
      await fails(
        store.updateAttempt({ rollout_id: "ro-x", attempt_id: "at-unknown", status: "running" }),
        "NotFound",
        "Rollout ro-x not found",
      );
      await fails(store.startAttempt({ rollout_id: "ro-x" }), "NotFound", "Rollout ro-x not found");
    },
  },
  {
    number: 57,
    sentence:
      "attempt / update with status `bogus` / `Validation`, stored attempt unchanged (B-27)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const { rollout_id, attempt_id } = await enqueuedAndClaimed(store);
      const before = await store.getLatestAttempt({ rollout_id });
      // What a caller without types may send.
      const status = "bogus" as "running";
      await fails(store.updateAttempt({ rollout_id, attempt_id, status }), "Validation", "status");
      assertEquals(await store.getLatestAttempt({ rollout_id }), before);
    },
  },
  {
    number: 58,
    sentence:
      "result of a dequeue in hand / store a span / the held result still shows `preparing` (B-28)",
    run: async ({ scene }) => {
      const { store } = await scene();
      await store.enqueueRollout({ input: 1 });
      const held = await claim(store);
      await store.addSpan({ span: spanOf(idsOf(held), "s1") });
      assertEquals(held.status, "preparing");
      assertEquals(held.attempt.status, "preparing");
      assertEquals(held.attempt.last_heartbeat_time, null);
      assertEquals(await statusesOf(store, idsOf(held)), {
        rollout: "running",
        attempt: "running",
      });
    },
  },
  {
    number: 59,
    sentence:
      "preparing attempt / update heartbeat time only / status still `preparing`, worker untouched",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store, {}, "w");
      const worker = await store.getWorkerById({ worker_id: "w" });
      const updated = await store.updateAttempt({ ...ids, last_heartbeat_time: 5 });
      assertEquals(updated.status, "preparing");
      assertEquals(updated.last_heartbeat_time, 5);
      assertEquals(await store.getWorkerById({ worker_id: "w" }), worker);
    },
  },
];
