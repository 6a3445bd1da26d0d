/** The order and the depth of spans in a waterfall. */

import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import type { Span } from "../../mod.ts";
import { treeOf } from "../../src/display/span_tree.ts";
import { spanOf } from "../../src/testing/mod.ts";

const ATTEMPT = { rollout_id: "ro-1", attempt_id: "at-1" };

const span = (span_id: string, parent_id: string | null, start_time: number | null = 1): Span =>
  spanOf(ATTEMPT, span_id, { parent_id, start_time });

const outline = (spans: readonly Span[]): readonly string[] =>
  treeOf(spans).map(({ span, depth }) => `${"-".repeat(depth)}${span.span_id}`);

Deno.test("span tree: children stand below their parents, in order of time", () => {
  const spans = [span("c", "a", 3), span("d", "b", 2.5), span("b", "a", 2), span("a", null, 1)];
  assertEquals(outline(spans), ["a", "-b", "--d", "-c"]);
});

Deno.test("span tree: spans of one moment are in order of their sequence ids", () => {
  const spans = [{ ...span("b", null), sequence_id: 2 }, { ...span("a", null), sequence_id: 1 }];
  assertEquals(outline(spans), ["a", "b"]);
});

Deno.test("span tree: a span whose parent is elsewhere is a root", () => {
  const other = spanOf({ ...ATTEMPT, attempt_id: "at-2" }, "a", { start_time: 0 });
  assertEquals(outline([span("b", "a", 2), span("c", "gone", 3), other]), ["a", "b", "c"]);
});

Deno.test("span tree: spans without a start come last among their siblings", () => {
  assertEquals(outline([span("late", null, null), span("a", null, 1)]), ["a", "late"]);
});

Deno.test("span tree: of spans that are each other's ancestors the first is a root", () => {
  assertEquals(outline([span("a", "b", 1), span("b", "a", 2), span("c", "c", 3)]), [
    "a",
    "-b",
    "c",
  ]);
});

Deno.test("span tree: a chain may be as long as it likes", () => {
  const chain = Array.from({ length: 20_000 }, (_, i) => span(`${i}`, `${i - 1}`, i));
  assertEquals(treeOf(chain).at(-1)?.depth, 19_999);
});

Deno.test("span tree: each span is there once, whatever their parents are", () => {
  const id = fc.integer({ min: 0, max: 9 }).map(String);
  const anySpan = fc.tuple(id, fc.option(id), fc.option(fc.integer({ min: 0, max: 3 })))
    .map(([span_id, parent_id, start]) => span(span_id, parent_id, start));
  fc.assert(fc.property(fc.array(anySpan), (spans) => {
    const shown = treeOf(spans).map(({ span }) => span);
    assertEquals(shown.length, spans.length);
    assertEquals(new Set(shown), new Set(spans));
  }));
});
