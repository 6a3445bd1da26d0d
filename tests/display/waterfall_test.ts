/** Waterfalls of spans. */

import { assert, assertEquals } from "@std/assert";
import { attributesOfRewards, type Span } from "../../mod.ts";
import { DISPLAY, show, toSVG, waterfall } from "../../src/display/mod.ts";
import { COLOR } from "../../src/display/style.ts";
import { spanOf } from "../../src/testing/mod.ts";
import { type Element, named, texts } from "./parsed.ts";

const span = (span_id: string, fields: Partial<Span>): Span =>
  spanOf({ rollout_id: "ro-1", attempt_id: "at-1" }, span_id, fields);

/** The bars, each with its place on a timeline whose `run` covers all of it. */
const barsOf = (svg: string): readonly { from: number; to: number; fill: string }[] => {
  const bars = named(svg, "rect").filter(({ attributes }) => "fill" in attributes);
  const [whole = { x: NaN, width: NaN }] = bars.map(extent);
  return bars.map((bar) => ({
    from: round((extent(bar).x - whole.x) / whole.width),
    to: round((extent(bar).x + extent(bar).width - whole.x) / whole.width),
    fill: bar.attributes.fill ?? "",
  }));
};

const extent = ({ attributes }: Element) => ({
  x: Number(attributes.x),
  width: Number(attributes.width),
});

const round = (share: number): number => Math.round(share * 1000) / 1000;

const RUN = span("run", { name: "run", start_time: 100, end_time: 110 });

Deno.test("waterfall: bars stand where their spans are in time, and errors are red", () => {
  const { svg } = waterfall([
    RUN,
    span("a", { parent_id: "run", start_time: 101, end_time: 103.5 }),
    span("b", {
      parent_id: "run",
      start_time: 105,
      end_time: 110,
      status: { status_code: "ERROR", description: "no luck" },
    }),
  ]);
  assertEquals(barsOf(svg), [
    { from: 0, to: 1, fill: COLOR.busy },
    { from: 0.1, to: 0.35, fill: COLOR.busy },
    { from: 0.5, to: 1, fill: COLOR.bad },
  ]);
  assert(texts(svg, "title")[2]?.includes("ERROR no luck"));
});

Deno.test("waterfall: time counts from the start of the attempt", () => {
  const ticksOf = (svg: string) => texts(svg, "text").filter((text) => /^\d+m?s$/.test(text));
  assertEquals(ticksOf(waterfall([RUN]).svg), ["0ms", "2s", "4s", "6s", "8s", "10s", "10s"]);
  const later = ticksOf(waterfall([RUN], { start_time: 90 }).svg);
  assertEquals(later, ["0ms", "5s", "10s", "15s", "20s", "10s"]);
});

Deno.test("waterfall: names stand in order, farther in the deeper", () => {
  const { svg, text } = waterfall([span("a", { name: "step", parent_id: "run" }), RUN]);
  const labels = named(svg, "text").filter(({ text }) => ["run", "step"].includes(text));
  assertEquals(labels.map(({ text }) => text), ["run", "step"]);
  const [run, step] = labels.map(({ attributes }) => Number(attributes.x));
  assert(Number(run) < Number(step));
  assertEquals(
    text.split("\n").map((line) => line.trimEnd().split(/ {2,}(?=[█◆])/)[0]?.trimEnd()),
    [
      "run",
      "  step",
    ],
  );
});

Deno.test("waterfall: a span that has not ended is hollow to the end", () => {
  const open = span("a", { parent_id: "run", start_time: 105, end_time: null });
  const { svg } = waterfall([RUN, open]);
  assertEquals(barsOf(svg)[1], { from: 0.5, to: 1, fill: COLOR.busy });
  const hollow = named(svg, "rect").filter(({ attributes }) => "stroke-dasharray" in attributes);
  assertEquals(hollow.length, 1);
  assert(texts(svg, "text").includes("not ended"));
});

Deno.test("waterfall: each event with a time is a tick", () => {
  const events = [
    { name: "token", attributes: {}, timestamp: 105 },
    { name: "untold", attributes: {}, timestamp: null },
  ];
  const ticks = (spans: readonly Span[]) =>
    named(waterfall(spans).svg, "line").filter(({ attributes }) => "stroke-width" in attributes);
  assertEquals(ticks([RUN]).length, 0);
  assertEquals(ticks([{ ...RUN, events }]).length, 1);
});

Deno.test("waterfall: a reward is a diamond with its value", () => {
  const attributes = attributesOfRewards([{ name: "accuracy", value: 1 / 3 }]);
  const { svg, text } = waterfall([RUN, span("r", { attributes, start_time: 105, end_time: 105 })]);
  assertEquals(named(svg, "path").map((it) => it.attributes.fill), [COLOR.odd]);
  assert(texts(svg, "text").includes("accuracy 0.3333"));
  assert(text.includes("◆"));
});

Deno.test("waterfall: spans without times, without length and without end are drawn all the same", () => {
  const spans = [
    span("a", { start_time: null, end_time: null }),
    span("b", { start_time: 5, end_time: 5 }),
    span("c", { start_time: 5, end_time: 4 }),
    span("d", { start_time: 0, end_time: 1e308 }),
    span("e", { start_time: -1e308, end_time: 1e308 }),
  ];
  for (const some of [[], spans, ...spans.map((it) => [it])]) {
    assertEquals(/NaN|Infinity|width="-/.test(waterfall(some).svg), false);
  }
});

Deno.test("waterfall: long texts are cut, also within characters of two units, and names stay on one line", () => {
  const long = "x".repeat(99_999);
  const spans = [
    span("a", { name: `real\nforged ${long}`, status: { status_code: "OK", description: long } }),
    span("b", {
      name: "😀".repeat(100),
      attributes: attributesOfRewards([{ name: long, value: 1 }]),
    }),
    span("c", {
      name: `${"😀".repeat(100)}`,
      attributes: { ["😀".repeat(100)]: 1, x: `-${"😀".repeat(100)}` },
    }),
  ];
  const { svg, text } = waterfall(spans);
  assert(svg.length < 10_000, String(svg.length));
  assert(text.length < 1_000, String(text.length));
  assertEquals([svg.isWellFormed(), text.isWellFormed()], [true, true]);
  assertEquals(text.split("\n").length, spans.length);
});

Deno.test("waterfall: of many spans the first are drawn, and the others counted", () => {
  const spans = Array.from({ length: 300 }, (_, i) => span(`${i}`, { name: "step" }));
  const { svg } = waterfall(spans, { total: 1_300 });
  assertEquals(texts(svg, "text").filter((text) => text === "step").length, 200);
  assert(texts(svg, "text").includes("1,100 more spans"));
});

Deno.test("waterfall: show draws a page of spans, and a notebook gets it as SVG too", () => {
  const picture = show({ items: [RUN], limit: 1, offset: 0, total: 3 });
  const drawing = waterfall([RUN], { total: 3 });
  assertEquals(picture.html, drawing.html);
  assertEquals(picture[DISPLAY]()["image/svg+xml"], toSVG(drawing));
});
