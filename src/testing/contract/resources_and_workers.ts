/** Contract section 12.10: resources and workers. */

import { assert, assertEquals, assertMatch } from "../../deps/assert.ts";
import type { NamedResourcesInput } from "../../model/resources.ts";
import { fails } from "../failure.ts";
import { standingClock } from "../fake_clock.ts";
import type { ContractCase } from "../kit.ts";
import { spanOf } from "../span_of.ts";
import { enqueuedAndClaimed, idsOf } from "./claimed.ts";
import { llm, prompt } from "./named_resources.ts";

export const resourcesAndWorkers: readonly ContractCase[] = [
  {
    number: 133,
    sentence:
      "none / get_latest, then add / null; then `rs-` id of 15 chars, version 1, equal times",
    run: async ({ scene }) => {
      const { store } = await scene();
      assertEquals(await store.getLatestResources(), null);
      const added = await store.addResources({ resources: { main: llm("m") } });
      assertMatch(added.resources_id, /^rs-[0-9a-f]{12}$/);
      assertEquals(added.resources_id.length, 15);
      assertEquals(added.version, 1);
      assertEquals(added.create_time, added.update_time);
      const main = { ...llm("m"), api_key: null, sampling_parameters: {} };
      assertEquals(added.resources, { main });
      assertEquals(await store.getLatestResources(), added);
      assertEquals(await store.getResourcesById(added), added);
    },
  },
  {
    number: 134,
    sentence:
      "add A, add B, update A / latest / B, then A with version 2, `create_time` kept, `update_time` later",
    run: async ({ scene }) => {
      const { store } = await scene();
      const a = await store.addResources({ resources: { p: prompt("a") } });
      const b = await store.addResources({ resources: { p: prompt("b") } });
      assertEquals(await store.getLatestResources(), b);
      const resources = { p: prompt("a again") };
      const updated = await store.updateResources({ resources_id: a.resources_id, resources });
      assertEquals(await store.getLatestResources(), updated);
      assertEquals(updated.resources_id, a.resources_id);
      assertEquals(updated.version, 2);
      assertEquals(updated.create_time, a.create_time);
      assert(updated.update_time > a.update_time);
      assertEquals(updated.resources, resources);
    },
  },
  {
    number: 135,
    sentence:
      "unknown id / update_resources / created, version 1, latest; other ids' versions unaffected",
    run: async ({ scene }) => {
      const { store } = await scene();
      const other = await store.addResources({ resources: { p: prompt("other") } });
      const created = await store.updateResources({
        resources_id: "my-resources",
        resources: { p: prompt("mine") },
      });
      assertEquals(created.resources_id, "my-resources");
      assertEquals(created.version, 1);
      assertEquals(await store.getLatestResources(), created);
      assertEquals((await store.getResourcesById(other))?.version, 1);
    },
  },
  {
    number: 136,
    sentence: "resource without or with unknown tag / add / `Validation`",
    run: async ({ scene }) => {
      const { store } = await scene();
      const { resource_type: _, ...untagged } = prompt("hi");
      for (const bad of [untagged, { ...untagged, resource_type: "unknown" }]) {
        // What a caller without types may send.
        const resources = { bad } as unknown as NamedResourcesInput;
        await fails(
          store.addResources({ resources }),
          "Validation",
          "resources.bad.resource_type",
        );
      }
      assertEquals(await store.getLatestResources(), null);
    },
  },
  {
    number: 137,
    sentence:
      "manual-alpha, manual-beta / contains beta; exact alpha + contains manual; sorted page / expected ids and totals",
    run: async ({ scene }) => {
      const { store } = await scene();
      for (const resources_id of ["manual-beta", "manual-alpha"]) {
        await store.updateResources({ resources_id, resources: {} });
      }
      const query = async (args: Parameters<typeof store.queryResources>[0]) => {
        const { items, total } = await store.queryResources(args);
        return [items.map(({ resources_id }) => resources_id), total];
      };
      assertEquals(await query({ resources_id_contains: "beta" }), [["manual-beta"], 1]);
      assertEquals(
        await query({ resources_id: "manual-alpha", resources_id_contains: "manual" }),
        [["manual-alpha"], 1],
      );
      assertEquals(
        await query({ resources_id: "manual-alpha", resources_id_contains: "beta" }),
        [[], 0],
      );
      assertEquals(await query({}), [["manual-beta", "manual-alpha"], 2]);
      assertEquals(await query({ sort_by: "resources_id", limit: 1 }), [["manual-alpha"], 2]);
      assertEquals(
        await query({ sort_by: "resources_id", sort_order: "desc", limit: 1, offset: 1 }),
        [["manual-alpha"], 2],
      );
    },
  },
  {
    number: 138,
    sentence:
      "unknown worker / update_worker with stats, then without / `unknown`, heartbeat set; stats kept",
    run: async ({ scene }) => {
      const clock = standingClock();
      const { store } = await scene({ clock });
      const stats = { cpu: 0.5 };
      const first = await store.updateWorker({ worker_id: "w", heartbeat_stats: stats });
      assertEquals(first, {
        worker_id: "w",
        status: "unknown",
        heartbeat_stats: stats,
        last_heartbeat_time: clock.now(),
        last_dequeue_time: null,
        last_busy_time: null,
        last_idle_time: null,
        current_rollout_id: null,
        current_attempt_id: null,
      });
      clock.advance(1);
      const second = await store.updateWorker({ worker_id: "w" });
      assertEquals(second, { ...first, last_heartbeat_time: clock.now() });
      assertEquals(await store.getWorkerById({ worker_id: "w" }), second);
    },
  },
  {
    number: 139,
    sentence: "worker / update_worker with null stats / `InvalidArgument`",
    run: async ({ scene }) => {
      const { store } = await scene();
      const before = await store.updateWorker({ worker_id: "w", heartbeat_stats: { a: 1 } });
      // What a caller without types may send.
      const heartbeat_stats = null as never;
      await fails(
        store.updateWorker({ worker_id: "w", heartbeat_stats }),
        "InvalidArgument",
        "heartbeat_stats",
      );
      assertEquals(await store.getWorkerById({ worker_id: "w" }), before);
    },
  },
  {
    number: 140,
    sentence:
      "heartbeat, then start to success of an attempt / worker busy, then idle, stats and heartbeat time intact",
    run: async ({ scene }) => {
      const { store } = await scene();
      const reported = await store.updateWorker({ worker_id: "w", heartbeat_stats: { a: 1 } });
      const { heartbeat_stats, last_heartbeat_time } = reported;
      const ids = await enqueuedAndClaimed(store, {}, "w");
      const busy = await store.getWorkerById({ worker_id: "w" });
      assertEquals(busy?.status, "busy");
      assertEquals(busy?.current_attempt_id, ids.attempt_id);
      assertEquals([busy?.heartbeat_stats, busy?.last_heartbeat_time], [
        heartbeat_stats,
        last_heartbeat_time,
      ]);
      await store.updateAttempt({ ...ids, status: "running" });
      assertEquals((await store.getWorkerById({ worker_id: "w" }))?.status, "busy");
      await store.updateAttempt({ ...ids, status: "succeeded" });
      const idle = await store.getWorkerById({ worker_id: "w" });
      assertEquals(idle?.status, "idle");
      assertEquals(idle?.current_rollout_id, null);
      assertEquals(idle?.current_attempt_id, null);
      assertEquals([idle?.heartbeat_stats, idle?.last_heartbeat_time], [
        heartbeat_stats,
        last_heartbeat_time,
      ]);
    },
  },
  {
    number: 141,
    sentence:
      "unknown worker polls an empty queue twice / idle with both times; then only `last_dequeue_time` moves",
    run: async ({ scene }) => {
      const clock = standingClock();
      const { store } = await scene({ clock });
      const first = clock.now();
      assertEquals(await store.dequeueRollout({ worker_id: "w" }), null);
      const idle = await store.getWorkerById({ worker_id: "w" });
      assertEquals(idle?.status, "idle");
      assertEquals([idle?.last_idle_time, idle?.last_dequeue_time], [first, first]);
      clock.advance(1);
      assertEquals(await store.dequeueManyRollouts({ worker_id: "w", limit: 2 }), []);
      assertEquals(await store.getWorkerById({ worker_id: "w" }), {
        ...idle,
        last_dequeue_time: clock.now(),
      });
    },
  },
  {
    number: 142,
    sentence:
      "busy worker polls an empty queue; its other attempt ends / current ids null; stays busy on the current one (B-08, B-10)",
    run: async ({ scene }) => {
      const { store } = await scene();
      await enqueuedAndClaimed(store, {}, "polls");
      assertEquals(await store.dequeueRollout({ worker_id: "polls" }), null);
      const polled = await store.getWorkerById({ worker_id: "polls" });
      assertEquals(polled?.status, "idle");
      assertEquals(polled?.current_rollout_id, null);
      assertEquals(polled?.current_attempt_id, null);

      const older = await enqueuedAndClaimed(store, {}, "w");
      const newer = await enqueuedAndClaimed(store, {}, "w");
      const before = await store.getWorkerById({ worker_id: "w" });
      assertEquals(before?.current_attempt_id, newer.attempt_id);
      await store.updateAttempt({ ...older, status: "succeeded" });
      assertEquals(await store.getWorkerById({ worker_id: "w" }), before);
      assertEquals(before?.status, "busy");
    },
  },
  {
    number: 143,
    sentence:
      "attempt moved from w1 to w2; unresponsive attempt revived by span / w1 released; worker busy again (B-11, B-09)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const moved = await enqueuedAndClaimed(store, {}, "w1");
      await store.updateAttempt({ ...moved, worker_id: "w2" });
      const w1 = await store.getWorkerById({ worker_id: "w1" });
      assertEquals(w1?.status, "idle");
      assertEquals(w1?.current_attempt_id, null);
      assertEquals(w1?.current_rollout_id, null);
      const w2 = await store.getWorkerById({ worker_id: "w2" });
      assertEquals(w2?.status, "busy");
      assertEquals(w2?.current_attempt_id, moved.attempt_id);

      const silent = await enqueuedAndClaimed(store, {}, "w3");
      await store.updateAttempt({ ...silent, status: "unresponsive" });
      assertEquals((await store.getWorkerById({ worker_id: "w3" }))?.status, "unknown");
      await store.addSpan({ span: spanOf(silent, "s1") });
      const w3 = await store.getWorkerById({ worker_id: "w3" });
      assertEquals(w3?.status, "busy");
      assertEquals(w3?.current_rollout_id, silent.rollout_id);
      assertEquals(w3?.current_attempt_id, silent.attempt_id);
    },
  },
  {
    number: 144,
    sentence: "bulk claim of two by w / both attempts carry w, worker points at the last",
    run: async ({ scene }) => {
      const { store } = await scene();
      await store.enqueueManyRollouts({ rollouts: [{ input: 1 }, { input: 2 }] });
      const claimed = await store.dequeueManyRollouts({ limit: 2, worker_id: "w" });
      assertEquals(claimed.map(({ attempt }) => attempt.worker_id), ["w", "w"]);
      const last = claimed[1];
      assert(last !== undefined);
      const worker = await store.getWorkerById({ worker_id: "w" });
      assertEquals(worker?.status, "busy");
      assertEquals(worker?.current_rollout_id, last.rollout_id);
      assertEquals(worker?.current_attempt_id, idsOf(last).attempt_id);
      assertEquals(await store.dequeueRollout(), null);
    },
  },
];
