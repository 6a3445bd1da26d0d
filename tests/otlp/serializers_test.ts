/** What the SDK's own serializers write is read in the same way, whatever the encoding. */

import { JsonTraceSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type NewSpanInput, RESOURCE_ATTRIBUTE, type Span } from "../../mod.ts";
import { spanOfOtel } from "../../src/core/otel.ts";
import { spansOf } from "../../src/http/otlp/convert.ts";
import { readJson } from "../../src/http/otlp/json.ts";
import { limitsOf } from "../../src/http/otlp/limits.ts";
import { readProtobuf } from "../../src/http/otlp/protobuf.ts";
import { spansOfProgram, step } from "./sdk_spans.ts";

const LIMITS = limitsOf(2 ** 20);

const PLACE = { rollout_id: "ro-1", attempt_id: "at-1" };

const RESOURCE = {
  "service.name": "agent",
  [RESOURCE_ATTRIBUTE.rollout_id]: PLACE.rollout_id,
  [RESOURCE_ATTRIBUTE.attempt_id]: PLACE.attempt_id,
};

Deno.test("OTLP: random traces say the same in both encodings, and the same as the SDK's spans", () => {
  fc.assert(fc.property(step, (program) => {
    const spans = spansOfProgram(program, RESOURCE);
    const protobuf = right(
      readProtobuf(ProtobufTraceSerializer.serializeRequest([...spans]) ?? NOTHING, LIMITS),
    );
    const json = right(
      readJson(JsonTraceSerializer.serializeRequest([...spans]) ?? NOTHING, LIMITS),
    );
    const stored = right(spansOf(protobuf, LIMITS.repeated)).map(right);
    assertEquals(right(spansOf(json, LIMITS.repeated)).map(right), stored);
    assertEquals(stored.map(comparable), spans.map((span) => comparable(ofSdk(span))));
  }));
});

const NOTHING = new Uint8Array();

const right = <A>(
  either: { readonly _tag: "Left"; readonly left: unknown } | {
    readonly _tag: "Right";
    readonly right: A;
  },
): A => {
  if (either._tag === "Left") throw new Error(JSON.stringify(either.left));
  return either.right;
};

/** The span that the store makes of one of the SDK. */
const ofSdk = (readable_span: ReadableSpan): Span =>
  right(spanOfOtel({ ...PLACE, readable_span, sequence_id: 0 }));

/** What both conversions must agree on. Those of the wire know no parent's context. */
const comparable = (span: NewSpanInput) => {
  const extras: Readonly<Record<string, unknown>> = { ...span };
  return {
    trace_id: span.trace_id,
    span_id: span.span_id,
    parent_id: span.parent_id,
    name: span.name,
    // The empty text is none on the wire.
    status: { ...span.status, description: span.status.description || null },
    attributes: numbersOf(span.attributes),
    events: span.events.map((event) => ({
      ...event,
      attributes: numbersOf(event.attributes),
      timestamp: microseconds(event.timestamp ?? null),
    })),
    links: span.links.map(({ context, attributes }) => ({
      context,
      attributes: Object.keys(attributes ?? {}).length === 0 ? null : numbersOf(attributes ?? {}),
    })),
    start: microseconds(span.start_time),
    end: microseconds(span.end_time),
    context: span.context,
    resource: span.resource,
    kind: String(extras.kind).replace("SpanKind.", ""),
    instrumentation_scope: extras.instrumentation_scope,
  };
};

const microseconds = (seconds: number | null): number | null =>
  seconds === null ? null : Math.round(seconds * 1e6);

/** On the wire, -0 is an integer, and integers have no sign of zero. */
const numbersOf = (attributes: NewSpanInput["attributes"]): unknown =>
  JSON.parse(JSON.stringify(attributes));
