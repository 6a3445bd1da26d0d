/** Contract section 12.6: spans. */

import { assert, assertEquals } from "../../deps/assert.ts";
import type { SpanQuery } from "../../model/query.ts";
import type { Span } from "../../model/span.ts";
import type { PromiseStore } from "../../store/lightning_store.ts";
import { fails } from "../failure.ts";
import { standingClock } from "../fake_clock.ts";
import type { ContractCase } from "../kit.ts";
import { spanOf } from "../span_of.ts";
import { type AttemptIds, claim, enqueuedAndClaimed, idsOf, statusesOf } from "./claimed.ts";

const heartbeat = async (store: PromiseStore, { rollout_id, attempt_id }: AttemptIds) => {
  const { items } = await store.queryAttempts({ rollout_id });
  return items.find((attempt) => attempt.attempt_id === attempt_id)?.last_heartbeat_time;
};

const spanIds = (spans: readonly Span[]) => spans.map(({ span_id }) => span_id);

const found = async (store: PromiseStore, query: SpanQuery) =>
  spanIds((await store.querySpans(query)).items);

/** A rollout whose unresponsive attempt sent it back to the queue. */
const requeuedWhileSilent = async (store: PromiseStore): Promise<AttemptIds> => {
  const ids = await enqueuedAndClaimed(store, {
    retry_condition: ["unresponsive"],
    max_attempts: 2,
  });
  await store.updateAttempt({ ...ids, status: "unresponsive" });
  assertEquals(await statusesOf(store, ids), { rollout: "requeuing", attempt: "unresponsive" });
  return ids;
};

export const spans: readonly ContractCase[] = [
  {
    number: 73,
    sentence: "claimed / first span / attempt and rollout `running`, heartbeat = now",
    run: async ({ scene }) => {
      const clock = standingClock();
      const { store } = await scene({ clock });
      const ids = await enqueuedAndClaimed(store);
      clock.advance(3);
      await store.addSpan({ span: spanOf(ids, "s1") });
      assertEquals(await statusesOf(store, ids), { rollout: "running", attempt: "running" });
      assertEquals(await heartbeat(store, ids), clock.now());
    },
  },
  {
    number: 74,
    sentence: "running / second span 100 s later / heartbeat moves to it",
    run: async ({ scene }) => {
      const clock = standingClock();
      const { store } = await scene({ clock });
      const ids = await enqueuedAndClaimed(store);
      await store.addSpan({ span: spanOf(ids, "s1") });
      clock.advance(100);
      await store.addSpan({ span: spanOf(ids, "s2") });
      assertEquals(await heartbeat(store, ids), clock.now());
    },
  },
  {
    number: 75,
    sentence: "unresponsive attempt, rollout `requeuing` / span / both `running`, dequeue null",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await requeuedWhileSilent(store);
      await store.addSpan({ span: spanOf(ids, "s1") });
      assertEquals(await statusesOf(store, ids), { rollout: "running", attempt: "running" });
      assertEquals(await store.dequeueRollout(), null);
    },
  },
  {
    number: 76,
    sentence:
      "as case 75, retry only on unresponsive / attempt then fails, or succeeds / rollout `failed`, or `succeeded`; dequeue null, one attempt",
    run: async ({ scene }) => {
      const { store } = await scene();
      for (const status of ["failed", "succeeded"] as const) {
        const ids = await requeuedWhileSilent(store);
        await store.addSpan({ span: spanOf(ids, "s1") });
        await store.updateAttempt({ ...ids, status });
        assertEquals(await statusesOf(store, ids), { rollout: status, attempt: status });
        assertEquals(await store.dequeueRollout(), null);
        assertEquals((await store.queryAttempts(ids)).total, 1);
      }
    },
  },
  {
    number: 77,
    sentence: "unresponsive attempt, rollout `failed` / span / attempt `running`, rollout `failed`",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      await store.updateAttempt({ ...ids, status: "unresponsive" });
      await store.addSpan({ span: spanOf(ids, "s1") });
      assertEquals(await statusesOf(store, ids), { rollout: "failed", attempt: "running" });
    },
  },
  {
    number: 78,
    sentence:
      "timed-out attempt, rollout `failed` / span / attempt `timeout` with heartbeat, rollout unchanged",
    run: async ({ scene }) => {
      const clock = standingClock();
      const { store } = await scene({ clock });
      const ids = await enqueuedAndClaimed(store);
      await store.updateAttempt({ ...ids, status: "timeout" });
      const before = await store.updateRollout({ rollout_id: ids.rollout_id });
      clock.advance(1);
      await store.addSpan({ span: spanOf(ids, "s1") });
      assertEquals(await statusesOf(store, ids), { rollout: "failed", attempt: "timeout" });
      assertEquals(await heartbeat(store, ids), clock.now());
      assertEquals(await store.updateRollout({ rollout_id: ids.rollout_id }), before);
    },
  },
  {
    number: 79,
    sentence:
      "timed-out or failed attempt, rollout `requeuing` / span / stays `requeuing`, dequeue gives attempt 2 (B-01)",
    run: async ({ scene }) => {
      const { store } = await scene();
      for (const status of ["timeout", "failed"] as const) {
        const ids = await enqueuedAndClaimed(store, { retry_condition: [status], max_attempts: 2 });
        await store.updateAttempt({ ...ids, status });
        await store.addSpan({ span: spanOf(ids, "s1") });
        assertEquals(await statusesOf(store, ids), { rollout: "requeuing", attempt: status });
        const again = await claim(store);
        assertEquals(again.rollout_id, ids.rollout_id);
        assertEquals(again.attempt.sequence_id, 2);
      }
    },
  },
  {
    number: 80,
    sentence:
      "attempt 2 claimed / span on revived attempt 1 / attempt 1 `running`, rollout `preparing`, latest still 2",
    run: async ({ scene }) => {
      const { store } = await scene();
      const first = await requeuedWhileSilent(store);
      const second = await claim(store);
      await store.addSpan({ span: spanOf(first, "s1") });
      assertEquals(await statusesOf(store, first), { rollout: "preparing", attempt: "running" });
      assertEquals((await store.getLatestAttempt(first))?.attempt_id, second.attempt.attempt_id);
    },
  },
  {
    number: 81,
    sentence:
      "rollout set back to `queuing` / span on its attempt / attempt `running`, rollout `queuing`, claimable",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      await store.updateRollout({ rollout_id: ids.rollout_id, status: "queuing" });
      await store.addSpan({ span: spanOf(ids, "s1") });
      assertEquals(await statusesOf(store, ids), { rollout: "queuing", attempt: "running" });
      assertEquals((await claim(store)).rollout_id, ids.rollout_id);
    },
  },
  {
    number: 82,
    sentence:
      "cancelled rollout; or succeeded attempt / span / stored, rollout unchanged, succeeded attempt stays so, heartbeat moves",
    run: async ({ scene }) => {
      const clock = standingClock();
      const { store } = await scene({ clock });
      const cancelled = await enqueuedAndClaimed(store);
      const { rollout_id } = cancelled;
      const before = await store.updateRollout({ rollout_id, status: "cancelled" });
      clock.advance(2);
      await store.addSpan({ span: spanOf(cancelled, "s1") });
      assertEquals(await found(store, { rollout_id }), ["s1"]);
      assertEquals(await store.updateRollout({ rollout_id }), before);
      assertEquals(await heartbeat(store, cancelled), clock.now());

      const succeeded = await enqueuedAndClaimed(store);
      await store.updateAttempt({ ...succeeded, status: "succeeded" });
      const done = await store.updateRollout({ rollout_id: succeeded.rollout_id });
      clock.advance(2);
      await store.addSpan({ span: spanOf(succeeded, "s1") });
      assertEquals(await found(store, { rollout_id: succeeded.rollout_id }), ["s1"]);
      assertEquals(await statusesOf(store, succeeded), {
        rollout: "succeeded",
        attempt: "succeeded",
      });
      assertEquals(await store.updateRollout({ rollout_id: succeeded.rollout_id }), done);
      assertEquals(await heartbeat(store, succeeded), clock.now());
    },
  },
  {
    number: 83,
    sentence: "span stored / same `span_id` again / null, first content kept, heartbeat not moved",
    run: async ({ scene }) => {
      const { store, clock, events } = await scene();
      const ids = await enqueuedAndClaimed(store);
      const first = await store.addSpan({ span: spanOf(ids, "s1", { name: "first" }) });
      const beat = await heartbeat(store, ids);
      clock.advance(10);
      const second = await store.addSpan({ span: spanOf(ids, "s1", { name: "second" }) });
      assertEquals(second, null);
      assertEquals((await store.querySpans(ids)).items, [first]);
      assertEquals(first?.name, "first");
      assertEquals(await heartbeat(store, ids), beat);
      assert(events.some(({ message }) => message === "Duplicated span added"));
    },
  },
  {
    number: 84,
    sentence: "unknown rollout / add_span / `NotFound`, then next id for it is 1 (B-16)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = { rollout_id: "ro-x", attempt_id: "at-x" };
      const span = spanOf(ids, "s1", { sequence_id: 7 });
      await fails(store.addSpan({ span }), "NotFound", "Rollout ro-x not found");
      assertEquals(await store.getNextSpanSequenceId(ids), 1);
    },
  },
  {
    number: 85,
    sentence: 'known rollout, unknown attempt / add_span / `NotFound` "Attempt … not found"',
    run: async ({ scene }) => {
      const { store } = await scene();
      const { rollout_id } = await enqueuedAndClaimed(store);
      const span = spanOf({ rollout_id, attempt_id: "at-x" }, "s1");
      await fails(
        store.addSpan({ span }),
        "NotFound",
        `Attempt at-x not found for rollout ${rollout_id}`,
      );
    },
  },
  {
    number: 86,
    sentence:
      "extras on span, status, event, link, context; unknown key in resource / add, query / extras back, resource key gone",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      const extra = { anything: [1, { deep: null }] };
      const context = {
        trace_id: "t",
        span_id: "s",
        is_remote: false,
        trace_state: { a: "b" },
        ...extra,
      };
      const given = spanOf(ids, "s1", {
        ...extra,
        status: { status_code: "ERROR", description: "no", ...extra },
        events: [{ name: "e", attributes: { k: 1 }, timestamp: null, ...extra }],
        links: [{ context, attributes: null, ...extra }],
        context,
        parent: context,
      });
      const resource = { ...given.resource, ...extra };
      const stored = await store.addSpan({ span: { ...given, resource } });
      assertEquals(stored, given);
      assertEquals((await store.querySpans(ids)).items, [given]);
    },
  },
  {
    number: 87,
    sentence:
      "attribute null, nested object, or array mixing text and numbers / add / `Validation`",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      for (const value of [null, { nested: 1 }, ["text", 1]]) {
        // What a caller without types may send.
        const attributes = { bad: value } as unknown as Span["attributes"];
        await fails(
          store.addSpan({ span: spanOf(ids, "s1", { attributes }) }),
          "Validation",
          "span.attributes.bad",
        );
      }
      assertEquals(await found(store, ids), []);
    },
  },
  {
    number: 88,
    sentence: "span without `parent_id` key / add / `Validation`; with null / accepted",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      const { parent_id: _, ...without } = spanOf(ids, "s1");
      // What a caller without types may send.
      const span = without as Span;
      await fails(store.addSpan({ span }), "Validation", "span.parent_id");
      const accepted = await store.addSpan({ span: { ...without, parent_id: null } });
      assertEquals(accepted?.parent_id, null);
    },
  },
  {
    number: 89,
    sentence: "batch [d, d, e] / add_many / first d and e",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      const d = spanOf(ids, "d", { name: "first" });
      const again = spanOf(ids, "d", { name: "again" });
      const e = spanOf(ids, "e");
      assertEquals(await store.addManySpans({ spans: [d, again, e] }), [d, e]);
      assertEquals((await store.querySpans(ids)).items, [d, e]);
    },
  },
  {
    number: 90,
    sentence: "b stored / add_many [a, b, c] / returns a and c; a, b, c stored once each (B-15)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      const [a, b, c] = [spanOf(ids, "a"), spanOf(ids, "b"), spanOf(ids, "c")];
      await store.addSpan({ span: b });
      assertEquals(await store.addManySpans({ spans: [a, b, c] }), [a, c]);
      assertEquals((await found(store, ids)).toSorted(), ["a", "b", "c"]);
    },
  },
  {
    number: 91,
    sentence:
      "spans of two rollouts and two attempts / add_many / all stored, each attempt got a heartbeat",
    run: async ({ scene }) => {
      const clock = standingClock();
      const { store } = await scene({ clock });
      const one = await enqueuedAndClaimed(store);
      const two = await enqueuedAndClaimed(store);
      const three = idsOf(await store.startAttempt(two));
      clock.advance(1);
      const batch = [
        spanOf(one, "a"),
        spanOf(two, "b"),
        spanOf(three, "c"),
        spanOf(one, "d"),
      ];
      assertEquals(await store.addManySpans({ spans: batch }), batch);
      assertEquals(await found(store, one), ["a", "d"]);
      assertEquals(await found(store, two), ["b"]);
      assertEquals(await found(store, three), ["c"]);
      for (const ids of [one, two, three]) {
        assertEquals(await heartbeat(store, ids), clock.now());
      }
    },
  },
  {
    number: 92,
    sentence: "batch with one unknown rollout / add_many / `NotFound`, nothing stored (B-15)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      const unknown = spanOf({ rollout_id: "ro-x", attempt_id: "at-x" }, "b");
      await fails(store.addManySpans({ spans: [spanOf(ids, "a"), unknown] }), "NotFound", "ro-x");
      assertEquals(await found(store, ids), []);
      assertEquals(await statusesOf(store, ids), {
        rollout: "preparing",
        attempt: "preparing",
      });
    },
  },
  {
    number: 93,
    sentence:
      "2 spans on attempt 1, 3 on attempt 2 / query all, by id 1, `latest`, unknown attempt / 5, 2, 3, 0",
    run: async ({ scene }) => {
      const { store } = await scene();
      const one = await enqueuedAndClaimed(store);
      const { rollout_id } = one;
      const two = idsOf(await store.startAttempt({ rollout_id }));
      await store.addManySpans({
        spans: [
          spanOf(one, "a"),
          spanOf(one, "b"),
          spanOf(two, "c"),
          spanOf(two, "d"),
          spanOf(two, "e"),
        ],
      });
      const count = async (attempt_id?: string) =>
        (await store.querySpans({
          rollout_id,
          ...attempt_id === undefined ? {} : { attempt_id },
        })).total;
      assertEquals(await count(), 5);
      assertEquals(await count(one.attempt_id), 2);
      assertEquals(await count("latest"), 3);
      assertEquals(await count("at-unknown"), 0);
    },
  },
  {
    number: 94,
    sentence: "unknown rollout / query_spans plain, with id, with `latest` / empty pages",
    run: async ({ scene }) => {
      const { store } = await scene();
      const rollout_id = "ro-unknown";
      const page = { limit: 5, offset: 1 };
      for (const scope of [{}, { attempt_id: "at-x" }, { attempt_id: "latest" }]) {
        assertEquals(await store.querySpans({ rollout_id, ...scope, ...page }), {
          items: [],
          total: 0,
          ...page,
        });
      }
    },
  },
  {
    number: 95,
    sentence:
      "three spans / exact trace; span id or trace part; parent part; four filters at once / the expected sets",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      await store.addManySpans({
        spans: [
          spanOf(ids, "span-1", { trace_id: "trace-a", name: "alpha" }),
          spanOf(ids, "span-2", { trace_id: "trace-a", parent_id: "span-1", name: "beta" }),
          spanOf(ids, "other-3", { trace_id: "trace-b", parent_id: "span-2", name: "beta" }),
        ],
      });
      const { rollout_id } = ids;
      const query = (filters: Omit<SpanQuery, "rollout_id">) =>
        found(store, { rollout_id, ...filters });
      assertEquals(await query({ trace_id: "trace-a" }), ["span-1", "span-2"]);
      assertEquals(
        await query({
          span_id_contains: "other",
          trace_id_contains: "-a",
          filter_logic: "or",
        }),
        ["span-1", "span-2", "other-3"],
      );
      assertEquals(await query({ span_id_contains: "span" }), ["span-1", "span-2"]);
      assertEquals(await query({ trace_id_contains: "-b" }), ["other-3"]);
      assertEquals(await query({ parent_id_contains: "span-" }), ["span-2", "other-3"]);
      assertEquals(
        await query({
          trace_id: "trace-a",
          span_id_contains: "span",
          parent_id: "span-1",
          name_contains: "bet",
        }),
        ["span-2"],
      );
    },
  },
  {
    number: 96,
    sentence:
      "two rollouts / or-filters that fit a span of the other / other rollout's span not returned",
    run: async ({ scene }) => {
      const { store } = await scene();
      const one = await enqueuedAndClaimed(store);
      const two = await enqueuedAndClaimed(store);
      await store.addSpan({ span: spanOf(one, "a", { name: "wanted" }) });
      await store.addSpan({ span: spanOf(two, "b", { name: "wanted" }) });
      const filters = { name: "wanted", span_id: "b", filter_logic: "or" } as const;
      assertEquals(await found(store, { rollout_id: one.rollout_id, ...filters }), ["a"]);
    },
  },
  {
    number: 97,
    sentence: "any / logic `or` without filters / all spans in scope (B-20)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      await store.addManySpans({ spans: [spanOf(ids, "a"), spanOf(ids, "b")] });
      assertEquals(await found(store, { ...ids, filter_logic: "or" }), ["a", "b"]);
    },
  },
  {
    number: 98,
    sentence: "name `Alpha` / name_contains `alpha` / no match on any store (B-21)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      await store.addSpan({ span: spanOf(ids, "a", { name: "Alpha" }) });
      assertEquals(await found(store, { ...ids, name_contains: "alpha" }), []);
      assertEquals(await found(store, { ...ids, name_contains: "Alpha" }), ["a"]);
    },
  },
  {
    number: 99,
    sentence: 'null parent / `parent_id_contains` "" / not matched',
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      await store.addSpan({ span: spanOf(ids, "a", { parent_id: null }) });
      await store.addSpan({ span: spanOf(ids, "b", { parent_id: "a" }) });
      assertEquals(await found(store, { ...ids, parent_id_contains: "" }), ["b"]);
    },
  },
  {
    number: 100,
    sentence: "or-filters, sort desc, limit 1, offset 1 / the right span, total before paging",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      await store.addManySpans({
        spans: [
          spanOf(ids, "a", { name: "x", sequence_id: 1 }),
          spanOf(ids, "b", { name: "y", sequence_id: 2 }),
          spanOf(ids, "c", { name: "x", sequence_id: 3 }),
          spanOf(ids, "d", { name: "z", sequence_id: 4 }),
        ],
      });
      const page = await store.querySpans({
        ...ids,
        name: "x",
        span_id: "b",
        filter_logic: "or",
        sort_order: "desc",
        limit: 1,
        offset: 1,
      });
      assertEquals(spanIds(page.items), ["b"]);
      assertEquals(page.total, 3);
    },
  },
  {
    number: 101,
    sentence: "two attempts / `sort_by` null / insertion order (B-35)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const one = await enqueuedAndClaimed(store);
      const two = idsOf(await store.startAttempt(one));
      const { rollout_id } = one;
      // The sequence ids run against the order of insertion, which the default order would follow.
      await store.addSpan({ span: spanOf(two, "a", { sequence_id: 3 }) });
      await store.addSpan({ span: spanOf(one, "b", { sequence_id: 2 }) });
      await store.addSpan({ span: spanOf(two, "c", { sequence_id: 1 }) });
      assertEquals(await found(store, { rollout_id }), ["c", "b", "a"]);
      assertEquals(await found(store, { rollout_id, sort_by: null }), ["a", "b", "c"]);
    },
  },
];
