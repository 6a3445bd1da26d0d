/** Contract section 12.7: sequence ids. */

import { assertEquals } from "../../deps/assert.ts";
import type { ContractCase } from "../kit.ts";
import { spanOf } from "../span_of.ts";
import { enqueuedAndClaimed, idsOf } from "./claimed.ts";
import { otelSpan } from "./otel_span.ts";

export const sequenceIds: readonly ContractCase[] = [
  {
    number: 102,
    sentence: "new rollout / next, otel span, next, next with unknown attempt / 1, 2, 3, 4",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      assertEquals(await store.getNextSpanSequenceId(ids), 1);
      const span = await store.addOtelSpan({ ...ids, readable_span: otelSpan("a") });
      assertEquals(span?.sequence_id, 2);
      assertEquals(await store.getNextSpanSequenceId(ids), 3);
      const { rollout_id } = ids;
      const unknown = { rollout_id, attempt_id: "at-unknown" };
      assertEquals(await store.getNextSpanSequenceId(unknown), 4);
    },
  },
  {
    number: 103,
    sentence: "otel span with id 100, later a span with id 5 / next / 101",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      const high = await store.addOtelSpan({
        ...ids,
        readable_span: otelSpan("a"),
        sequence_id: 100,
      });
      assertEquals(high?.sequence_id, 100);
      await store.addSpan({ span: spanOf(ids, "b", { sequence_id: 5 }) });
      assertEquals(await store.getNextSpanSequenceId(ids), 101);
    },
  },
  {
    number: 104,
    sentence: "mixed bulk over two rollouts / allocate / pattern of section 6",
    run: async ({ scene }) => {
      const { store } = await scene();
      const f1 = await enqueuedAndClaimed(store);
      const f2 = idsOf(await store.startAttempt(f1));
      const s1 = await enqueuedAndClaimed(store);
      const pairs = [f1, s1, f2, f1];
      assertEquals(await store.getManySpanSequenceIds({ pairs }), [1, 1, 2, 3]);
      assertEquals(await store.getNextSpanSequenceId(f1), 4);
      assertEquals(await store.getNextSpanSequenceId(s1), 2);
    },
  },
  {
    number: 105,
    sentence: "retry attempt / next / continues after the first attempt's ids",
    run: async ({ scene }) => {
      const { store } = await scene();
      const first = await enqueuedAndClaimed(store);
      assertEquals(await store.getNextSpanSequenceId(first), 1);
      await store.addSpan({ span: spanOf(first, "a", { sequence_id: 2 }) });
      const retry = idsOf(await store.startAttempt(first));
      assertEquals(await store.getNextSpanSequenceId(retry), 3);
    },
  },
  {
    number: 106,
    sentence: "two spans, same explicit sequence id / add / both stored",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      await store.addSpan({ span: spanOf(ids, "a", { sequence_id: 3 }) });
      await store.addSpan({ span: spanOf(ids, "b", { sequence_id: 3 }) });
      const { items } = await store.querySpans(ids);
      assertEquals(items.map(({ span_id, sequence_id }) => [span_id, sequence_id]), [
        ["a", 3],
        ["b", 3],
      ]);
    },
  },
  {
    number: 107,
    sentence: "duplicate otel span without id / add / null, one id spent",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      const add = () => store.addOtelSpan({ ...ids, readable_span: otelSpan("a") });
      assertEquals((await add())?.sequence_id, 1);
      assertEquals(await add(), null);
      assertEquals(await store.getNextSpanSequenceId(ids), 3);
    },
  },
  {
    number: 108,
    sentence: "first span with id -5 / next / 1 (B-16)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await enqueuedAndClaimed(store);
      const span = await store.addSpan({ span: spanOf(ids, "a", { sequence_id: -5 }) });
      assertEquals(span?.sequence_id, -5);
      assertEquals(await store.getNextSpanSequenceId(ids), 1);
    },
  },
];
