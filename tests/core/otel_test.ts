import { assertEquals } from "@std/assert";
import { secondsOfOtel, spanOfOtel } from "../../src/core/otel.ts";
import type { OtelSpan } from "../../src/model/otel.ts";
import type { Span } from "../../src/model/span.ts";

Deno.test("otel: times, by the rule of 1e12", () => {
  assertEquals(secondsOfOtel(null), null);
  assertEquals(secondsOfOtel(0), null);
  assertEquals(secondsOfOtel([0, 0]), null);
  assertEquals(secondsOfOtel([1_700_000_000, 250_000_000]), 1_700_000_000.25);
  assertEquals(secondsOfOtel(1_700_000_000.25), 1_700_000_000.25);
  assertEquals(secondsOfOtel(1_500_000_000_000_000_000), 1_500_000_000);
  assertEquals(secondsOfOtel(1e12), 1e12);
  assertEquals(secondsOfOtel(1e12 + 1), 1000.000000001);
});

const TRACE = "0af7651916cd43dd8448eb211c80319c";

const bare: OtelSpan = {
  name: "call",
  spanContext: () => ({ traceId: TRACE, spanId: "b7ad6b7169203331" }),
  startTime: [1000, 500_000_000],
  endTime: [0, 0],
  status: { code: 0 },
  attributes: {},
  events: [],
  links: [],
  resource: { attributes: {} },
};

const spanOf = (fields: Partial<OtelSpan> = {}): Span => {
  const span = spanOfOtel({
    rollout_id: "ro-1",
    attempt_id: "at-1",
    sequence_id: 7,
    readable_span: { ...bare, ...fields },
  });
  if (span._tag === "Left") throw new Error(span.left.message);
  return span.right;
};

const context = (span_id: string) => ({
  trace_id: TRACE,
  span_id,
  is_remote: false,
  trace_state: {},
});

Deno.test("otel: a bare span", () => {
  assertEquals(spanOf(), {
    rollout_id: "ro-1",
    attempt_id: "at-1",
    sequence_id: 7,
    trace_id: TRACE,
    span_id: "b7ad6b7169203331",
    parent_id: null,
    name: "call",
    status: { status_code: "UNSET", description: null },
    attributes: {},
    events: [],
    links: [],
    start_time: 1000.5,
    end_time: null,
    context: context("b7ad6b7169203331"),
    parent: null,
    resource: { attributes: {}, schema_url: "" },
  });
});

Deno.test("otel: status codes by their names", () => {
  const statusOf = (code: number, message?: string) => spanOf({ status: { code, message } }).status;
  assertEquals(statusOf(0), { status_code: "UNSET", description: null });
  assertEquals(statusOf(1), { status_code: "OK", description: null });
  assertEquals(statusOf(2, "bad"), { status_code: "ERROR", description: "bad" });
});

Deno.test("otel: the parent of either SDK", () => {
  const newer = spanOf({
    parentSpanContext: {
      traceId: TRACE,
      spanId: "00f067aa0ba902b7",
      isRemote: true,
      traceState: { serialize: () => "vendor=a=b, other=2" },
    },
  });
  assertEquals(newer.parent_id, "00f067aa0ba902b7");
  assertEquals(newer.parent, {
    ...context("00f067aa0ba902b7"),
    is_remote: true,
    trace_state: { vendor: "a=b", other: "2" },
  });
  const older = spanOf({ parentSpanId: "00f067aa0ba902b7" });
  assertEquals(older.parent_id, "00f067aa0ba902b7");
  assertEquals(older.parent, context("00f067aa0ba902b7"));
});

Deno.test("otel: attributes keep their kinds, and what holds nothing is left out", () => {
  const { attributes } = spanOf({
    attributes: { n: 1, ok: true, list: ["a", undefined, "b", null], none: undefined, nil: null },
  });
  assertEquals(attributes, { n: 1, ok: true, list: ["a", "b"] });
});

Deno.test("otel: events, links and the resource", () => {
  const { events, links, resource } = spanOf({
    events: [{ name: "e", time: [5, 0] }, { name: "f", time: 0, attributes: { a: 1 } }],
    links: [
      { context: { traceId: TRACE, spanId: "00f067aa0ba902b7" } },
      { context: { traceId: TRACE, spanId: "00f067aa0ba902b7" }, attributes: { b: "x" } },
    ],
    resource: { attributes: { "service.name": "agent" }, schemaUrl: "http://schema" },
  });
  assertEquals(events, [
    { name: "e", attributes: {}, timestamp: 5 },
    { name: "f", attributes: { a: 1 }, timestamp: null },
  ]);
  assertEquals(links, [
    { context: context("00f067aa0ba902b7"), attributes: null },
    { context: context("00f067aa0ba902b7"), attributes: { b: "x" } },
  ]);
  assertEquals(resource, {
    attributes: { "service.name": "agent" },
    schema_url: "http://schema",
  });
});

Deno.test("otel: what the model has no field for is kept as extra keys", () => {
  const span = spanOf({
    kind: 2,
    instrumentationScope: { name: "lib" },
    droppedAttributesCount: 1,
    droppedEventsCount: 0,
  });
  assertEquals(span, {
    ...spanOf(),
    ...{
      kind: "SpanKind.CLIENT",
      instrumentation_scope: { name: "lib", version: null },
      dropped_attributes_count: 1,
      dropped_events_count: 0,
    },
  });
});

Deno.test("otel: a span that does not fit is refused with its path", () => {
  const span = spanOfOtel({
    rollout_id: "ro-1",
    attempt_id: "at-1",
    sequence_id: 1,
    readable_span: { ...bare, attributes: { deep: { nested: 1 } } },
  });
  assertEquals(span._tag === "Left" ? span.left.faults.map(({ path }) => path) : [], [
    "readable_span.attributes.deep",
  ]);
});
