/** Contract section 12.1: creating. */

import { assertEquals, assertMatch, assertNotEquals } from "../../deps/assert.ts";
import { fails } from "../failure.ts";
import type { ContractCase } from "../kit.ts";
import { prompt } from "./named_resources.ts";

export const creating: readonly ContractCase[] = [
  {
    number: 1,
    sentence:
      "nothing stored / enqueue with mode, resources id, metadata, config / `ro-` id, those values (also on get), `queuing`, `end_time` null",
    run: async ({ scene }) => {
      const { store } = await scene();
      const given = {
        input: { question: "2 + 2" },
        mode: "train",
        resources_id: "rs-given",
        metadata: { source: "test" },
        config: {
          timeout_seconds: 10,
          unresponsive_seconds: 2.5,
          max_attempts: 3,
          retry_condition: ["failed", "timeout"],
        },
      } as const;
      const rollout = await store.enqueueRollout(given);
      assertMatch(rollout.rollout_id, /^ro-[0-9a-f]{12}$/);
      const { rollout_id, start_time } = rollout;
      const expected = { ...given, rollout_id, start_time, end_time: null, status: "queuing" };
      assertEquals(rollout, expected);
      assertEquals(await store.getRolloutById({ rollout_id }), expected);
    },
  },
  {
    number: 2,
    sentence:
      "nothing stored / enqueue with only a null input / stored; metadata `{}`, mode null, config all defaults",
    run: async ({ scene }) => {
      const { store } = await scene();
      const { rollout_id, start_time } = await store.enqueueRollout({ input: null });
      assertEquals(await store.getRolloutById({ rollout_id }), {
        rollout_id,
        input: null,
        start_time,
        end_time: null,
        mode: null,
        resources_id: null,
        status: "queuing",
        config: {
          timeout_seconds: null,
          unresponsive_seconds: null,
          max_attempts: 1,
          retry_condition: [],
        },
        metadata: {},
      });
    },
  },
  {
    number: 3,
    sentence:
      "mode `foo`, or config with `max_attempts` 0 / enqueue / `Validation`, nothing stored, queue empty",
    run: async ({ scene }) => {
      const { store } = await scene();
      // What a caller without types may send.
      const foo = "foo" as "train";
      await fails(store.enqueueRollout({ input: 1, mode: foo }), "Validation", "mode");
      await fails(
        store.enqueueRollout({ input: 1, config: { max_attempts: 0 } }),
        "Validation",
        "config.max_attempts",
      );
      assertEquals((await store.queryRollouts()).total, 0);
      assertEquals(await store.dequeueRollout(), null);
    },
  },
  {
    number: 4,
    sentence:
      "nested metadata and input objects / enqueue, then mutate them / stored record unchanged (B-28)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const input = { deep: { list: [1, 2] } };
      const metadata = { tags: { a: ["x"] } };
      const { rollout_id } = await store.enqueueRollout({ input, metadata });
      input.deep.list.push(3);
      metadata.tags.a[0] = "changed";
      const stored = await store.getRolloutById({ rollout_id });
      assertEquals(stored?.input, { deep: { list: [1, 2] } });
      assertEquals(stored?.metadata, { tags: { a: ["x"] } });
    },
  },
  {
    number: 5,
    sentence:
      "nothing stored / start_rollout / `preparing`, attempt `at-` id, sequence 1, `preparing`, same start time as rollout; dequeue gives null",
    run: async ({ scene }) => {
      const { store } = await scene();
      const started = await store.startRollout({ input: 1 });
      assertEquals(started.status, "preparing");
      assertMatch(started.attempt.attempt_id, /^at-[0-9a-f]{8}$/);
      assertEquals(started.attempt, {
        rollout_id: started.rollout_id,
        attempt_id: started.attempt.attempt_id,
        sequence_id: 1,
        start_time: started.start_time,
        end_time: null,
        status: "preparing",
        worker_id: null,
        last_heartbeat_time: null,
        metadata: null,
      });
      assertEquals(await store.dequeueRollout(), null);
    },
  },
  {
    number: 6,
    sentence:
      "nothing stored / start_rollout with worker w / w busy, current ids set, `last_dequeue_time` null",
    run: async ({ scene }) => {
      const { store } = await scene();
      const { rollout_id, attempt } = await store.startRollout({ input: 1, worker_id: "w" });
      const worker = await store.getWorkerById({ worker_id: "w" });
      assertEquals(worker?.status, "busy");
      assertEquals(worker?.current_rollout_id, rollout_id);
      assertEquals(worker?.current_attempt_id, attempt.attempt_id);
      assertEquals(worker?.last_dequeue_time, null);
    },
  },
  {
    number: 7,
    sentence:
      "three requests / enqueue_many / same order returned, all `queuing`, dequeued in that order",
    run: async ({ scene }) => {
      const { store } = await scene();
      const inputs = ["a", "b", "c"];
      const rollouts = await store.enqueueManyRollouts({
        rollouts: inputs.map((input) => ({ input })),
      });
      assertEquals(rollouts.map(({ input }) => input), inputs);
      assertEquals(rollouts.map(({ status }) => status), ["queuing", "queuing", "queuing"]);
      for (const { rollout_id } of rollouts) {
        assertEquals((await store.dequeueRollout())?.rollout_id, rollout_id);
      }
    },
  },
  {
    number: 8,
    sentence: "latest resources R / enqueue_many of one without id and one with X / ids R and X",
    run: async ({ scene }) => {
      const { store } = await scene();
      const { resources_id } = await store.addResources({ resources: { p: prompt("hi") } });
      const rollouts = await store.enqueueManyRollouts({
        rollouts: [{ input: 1 }, { input: 2, resources_id: "X" }],
      });
      assertEquals(rollouts.map((rollout) => rollout.resources_id), [resources_id, "X"]);
    },
  },
  {
    number: 9,
    sentence:
      "no resources / enqueue / `resources_id` null; unknown id given / accepted and stored",
    run: async ({ scene }) => {
      const { store } = await scene();
      const without = await store.enqueueRollout({ input: 1 });
      assertEquals(without.resources_id, null);
      const unknown = await store.enqueueRollout({ input: 2, resources_id: "rs-unknown" });
      assertEquals(unknown.resources_id, "rs-unknown");
      const stored = await store.getRolloutById(unknown);
      assertEquals(stored?.resources_id, "rs-unknown");
    },
  },
  {
    number: 10,
    sentence: "queued rollout / add new resources, dequeue / original `resources_id` kept",
    run: async ({ scene }) => {
      const { store } = await scene();
      const first = await store.addResources({ resources: { p: prompt("one") } });
      await store.enqueueRollout({ input: 1 });
      const second = await store.addResources({ resources: { p: prompt("two") } });
      assertNotEquals(first.resources_id, second.resources_id);
      const claimed = await store.dequeueRollout();
      assertEquals(claimed?.resources_id, first.resources_id);
    },
  },
  {
    number: 11,
    sentence:
      "empty arrays / enqueue_many, add_many_spans, get_many_span_sequence_ids / empty arrays",
    run: async ({ scene }) => {
      const { store } = await scene();
      assertEquals(await store.enqueueManyRollouts({ rollouts: [] }), []);
      assertEquals(await store.addManySpans({ spans: [] }), []);
      assertEquals(await store.getManySpanSequenceIds({ pairs: [] }), []);
    },
  },
];
