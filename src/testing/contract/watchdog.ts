/** Contract section 12.8: the watchdog. Time moves only when a case moves it. */

import { assert, assertEquals } from "../../deps/assert.ts";
import type { PromiseStore } from "../../store/lightning_store.ts";
import { standingClock } from "../fake_clock.ts";
import type { ContractCase, Scene } from "../kit.ts";
import { spanOf } from "../span_of.ts";
import { claim, enqueuedAndClaimed, idsOf, statusesOf } from "./claimed.ts";
import { prompt } from "./named_resources.ts";

const scansOf = ({ events }: Scene) =>
  events.filter(({ message }) => message === "Watchdog scan").length;

/** Each reads and so lets the watchdog look first. */
const WATCHED_READS: readonly ((store: PromiseStore, rollout_id: string) => Promise<unknown>)[] = [
  (store) => store.queryRollouts(),
  (store, rollout_id) => store.getRolloutById({ rollout_id }),
  (store, rollout_id) => store.queryAttempts({ rollout_id }),
  (store, rollout_id) => store.getLatestAttempt({ rollout_id }),
  (store, rollout_id) => store.querySpans({ rollout_id }),
  (store) => store.queryWorkers(),
  (store, rollout_id) => store.waitForRollouts({ rollout_ids: [rollout_id], timeout: 0 }),
];

export const watchdog: readonly ContractCase[] = [
  {
    number: 109,
    sentence:
      "timeout 0.1, max 2, retry on timeout, running / any W read after 0.15 s / attempt `timeout`, rollout `requeuing`, claimable",
    run: async ({ scene }) => {
      for (const read of WATCHED_READS) {
        const clock = standingClock();
        const { store } = await scene({ clock });
        const ids = await enqueuedAndClaimed(store, {
          timeout_seconds: 0.1,
          max_attempts: 2,
          retry_condition: ["timeout"],
        });
        await store.addSpan({ span: spanOf(ids, "s1") });
        clock.advance(0.15);
        await read(store, ids.rollout_id);
        assertEquals(await statusesOf(store, ids), { rollout: "requeuing", attempt: "timeout" });
        const again = await claim(store);
        assertEquals(again.rollout_id, ids.rollout_id);
        assertEquals(again.attempt.sequence_id, 2);
      }
    },
  },
  {
    number: 110,
    sentence:
      "unresponsive 0.2, no retry for it, one span / read after 0.25 s / attempt `unresponsive`, rollout `failed`",
    run: async ({ scene }) => {
      const clock = standingClock();
      const { store } = await scene({ clock });
      const ids = await enqueuedAndClaimed(store, { unresponsive_seconds: 0.2 });
      await store.addSpan({ span: spanOf(ids, "s1") });
      clock.advance(0.25);
      assertEquals(await statusesOf(store, ids), { rollout: "failed", attempt: "unresponsive" });
      assert(typeof (await store.getRolloutById(ids))?.end_time === "number");
    },
  },
  {
    number: 111,
    sentence:
      "unresponsive limit, never a span / silence counted from attempt start / `unresponsive`",
    run: async ({ scene }) => {
      const clock = standingClock();
      const { store } = await scene({ clock });
      await store.enqueueRollout({ input: 1, config: { unresponsive_seconds: 2 } });
      clock.advance(100);
      const ids = idsOf(await claim(store));
      clock.advance(1.5);
      assertEquals((await statusesOf(store, ids)).attempt, "preparing");
      clock.advance(1);
      assertEquals((await statusesOf(store, ids)).attempt, "unresponsive");
    },
  },
  {
    number: 112,
    sentence: "both limits exceeded / scan / `timeout`",
    run: async ({ scene }) => {
      const clock = standingClock();
      const { store } = await scene({ clock });
      const ids = await enqueuedAndClaimed(store, { timeout_seconds: 2, unresponsive_seconds: 1 });
      clock.advance(3);
      assertEquals((await statusesOf(store, ids)).attempt, "timeout");
    },
  },
  {
    number: 113,
    sentence: "age exactly at the limit / scan / unchanged",
    run: async ({ scene }) => {
      for (const config of [{ timeout_seconds: 2 }, { unresponsive_seconds: 2 }]) {
        const clock = standingClock();
        const { store } = await scene({ clock });
        const ids = await enqueuedAndClaimed(store, config);
        clock.advance(2);
        assertEquals(await statusesOf(store, ids), {
          rollout: "preparing",
          attempt: "preparing",
        });
      }
      const clock = standingClock();
      const { store } = await scene({ clock });
      const ids = await enqueuedAndClaimed(store, { unresponsive_seconds: 2 });
      clock.advance(1);
      await store.addSpan({ span: spanOf(ids, "s1") });
      clock.advance(2);
      assertEquals(await statusesOf(store, ids), { rollout: "running", attempt: "running" });
    },
  },
  {
    number: 114,
    sentence: "old rollout, fresh attempt / scan / unchanged",
    run: async ({ scene }) => {
      const clock = standingClock();
      const { store } = await scene({ clock });
      await store.enqueueRollout({ input: 1, config: { timeout_seconds: 2 } });
      clock.advance(100);
      const ids = idsOf(await claim(store));
      clock.advance(1);
      assertEquals(await statusesOf(store, ids), { rollout: "preparing", attempt: "preparing" });
    },
  },
  {
    number: 115,
    sentence:
      "expired attempt with worker / scan / worker `unknown`, current ids null, `last_idle_time` set",
    run: async ({ scene }) => {
      const clock = standingClock();
      const { store } = await scene({ clock });
      await enqueuedAndClaimed(store, { timeout_seconds: 1 }, "w");
      clock.advance(2);
      await store.queryRollouts();
      const worker = await store.getWorkerById({ worker_id: "w" });
      assertEquals(worker?.status, "unknown");
      assertEquals(worker?.current_rollout_id, null);
      assertEquals(worker?.current_attempt_id, null);
      assertEquals(worker?.last_idle_time, clock.now());
    },
  },
  {
    number: 116,
    sentence: "expired attempt / get_worker_by_id, statistics, get_latest_resources / no scan",
    run: async ({ scene }) => {
      const clock = standingClock();
      const it = await scene({ clock });
      const { store } = it;
      await enqueuedAndClaimed(store, { timeout_seconds: 1 }, "w");
      await store.addResources({ resources: { p: prompt("hi") } });
      clock.advance(2);
      const scans = scansOf(it);
      const worker = await store.getWorkerById({ worker_id: "w" });
      assertEquals(worker?.status, "busy");
      await store.statistics();
      await store.getLatestResources();
      assertEquals(scansOf(it), scans);
      assertEquals(await store.getWorkerById({ worker_id: "w" }), worker);
    },
  },
  {
    number: 117,
    sentence: "throttle 5 / calls at 0, 0, 4, 5 s / scan, no, no, scan",
    run: async ({ scene }) => {
      const clock = standingClock();
      const it = await scene({ clock, scanDebounceSeconds: 5 });
      const counts: number[] = [];
      for (const step of [0, 0, 4, 1]) {
        clock.advance(step);
        await it.store.queryRollouts();
        counts.push(scansOf(it));
      }
      assertEquals(counts, [1, 1, 1, 2]);
    },
  },
  {
    number: 118,
    sentence: "throttle 5, three racing callers / one scan",
    run: async ({ scene }) => {
      const clock = standingClock();
      const it = await scene({ clock, scanDebounceSeconds: 5 });
      const { store } = it;
      await Promise.all([store.queryRollouts(), store.queryWorkers(), store.queryRollouts()]);
      assertEquals(scansOf(it), 1);
    },
  },
  {
    number: 119,
    sentence: "live rollout without attempts / scan / no failure, no change",
    run: async ({ scene }) => {
      const clock = standingClock();
      const { store } = await scene({ clock });
      const { rollout_id } = await store.enqueueRollout({
        input: 1,
        config: { timeout_seconds: 1 },
      });
      const live = await store.updateRollout({ rollout_id, status: "running" });
      clock.advance(5);
      assertEquals(await store.getRolloutById({ rollout_id }), live);
    },
  },
  {
    number: 120,
    sentence:
      "succeeded attempt under a rollout set back to `running` / timeout passes / attempt stays `succeeded` (B-12)",
    run: async ({ scene }) => {
      const clock = standingClock();
      const { store } = await scene({ clock });
      const ids = await enqueuedAndClaimed(store, { timeout_seconds: 1 });
      await store.updateAttempt({ ...ids, status: "succeeded" });
      await store.updateRollout({ rollout_id: ids.rollout_id, status: "running" });
      clock.advance(5);
      assertEquals(await statusesOf(store, ids), { rollout: "running", attempt: "succeeded" });
    },
  },
  {
    number: 121,
    sentence: "heartbeat 0.0, unresponsive 1 / scan / `unresponsive` (B-19)",
    run: async ({ scene }) => {
      const clock = standingClock();
      const { store } = await scene({ clock });
      const ids = await enqueuedAndClaimed(store, { unresponsive_seconds: 1 });
      await store.updateAttempt({ ...ids, last_heartbeat_time: 0 });
      assertEquals((await statusesOf(store, ids)).attempt, "unresponsive");
    },
  },
  {
    number: 122,
    sentence: "queued or cancelled rollout past its limits / scan / unchanged",
    run: async ({ scene }) => {
      const clock = standingClock();
      const { store } = await scene({ clock });
      const config = { timeout_seconds: 1, unresponsive_seconds: 1 };
      const cancelled = await enqueuedAndClaimed(store, config);
      const { rollout_id } = cancelled;
      await store.updateRollout({ rollout_id, status: "cancelled" });
      const requeued = await enqueuedAndClaimed(store, config);
      await store.updateRollout({ rollout_id: requeued.rollout_id, status: "queuing" });
      const before = (await store.queryRollouts()).items;
      clock.advance(5);
      assertEquals((await store.queryRollouts()).items, before);
      assertEquals((await statusesOf(store, requeued)).rollout, "queuing");
    },
  },
];
