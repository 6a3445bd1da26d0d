/** Spans of the store as a sender of OTLP has them. */

import type { Span } from "../../mod.ts";
import type { Message } from "../../tests/otlp/encoding.ts";
import { place, tracesOf } from "../../tests/otlp/receiver.ts";

/** A request with spans of one attempt, whose ids its resource has. */
export const tracesWith = (spans: readonly Span[]): Message => {
  const { rollout_id = "", attempt_id = "" } = spans[0] ?? {};
  return tracesOf(place({ rollout_id, attempt_id }), ...spans.map(sentOf));
};

const sentOf = (span: Span): Message => ({
  traceId: span.trace_id,
  spanId: span.span_id,
  parentSpanId: span.parent_id ?? "",
  name: span.name,
  startTimeUnixNano: nanoseconds(span.start_time),
  endTimeUnixNano: nanoseconds(span.end_time),
  attributes: Object.entries(span.attributes).map(([key, value]) => ({ key, value: sent(value) })),
  status: { code: 1 },
});

const nanoseconds = (seconds: number | null): string =>
  String(BigInt(Math.round((seconds ?? 0) * 1e6)) * 1000n);

const sent = (value: unknown): Message =>
  Array.isArray(value)
    ? { arrayValue: { values: value.map(sent) } }
    : typeof value === "number"
    ? Number.isInteger(value) ? { intValue: value } : { doubleValue: value }
    : { stringValue: String(value) };
