/** Spans of an OpenTelemetry SDK as spans of the store. Contract section 1.11. */

import { E } from "../deps/fp.ts";
import { decode } from "../model/codec.ts";
import { type Validation, validation } from "../model/errors.ts";
import type { OtelSpan, OtelSpanContext, OtelTime } from "../model/otel.ts";
import { Span, type SpanContext, type StatusCode } from "../model/span.ts";

/** A number above this is nanoseconds; what is not is seconds (K-30). */
export const NANOSECONDS_FROM = 1e12;

/** Seconds since the epoch; null for a time that was never set. */
export const secondsOfOtel = (time: OtelTime | null): number | null => {
  const value = typeof time === "object" && time !== null ? time[0] + time[1] / 1e9 : time;
  if (value === null || value === 0) return null;
  return value > NANOSECONDS_FROM ? value / 1e9 : value;
};

/**
 * The span of the store that an SDK's span becomes. What the model has no field for is kept as
 * extra keys: `kind`, `instrumentation_scope` and the counts of what was dropped. Attributes that
 * hold nothing are left out.
 */
export const spanOfOtel = (args: OtelSpanOfAttempt): E.Either<Validation, Span> => {
  const fields = fieldsOf(args);
  return fields === null
    ? E.left(validation([{
      path: "readable_span",
      expected: "a finished span of an OpenTelemetry SDK",
      actual: "an object that lacks parts of one",
    }]))
    : decode(Span, fields, "readable_span");
};

/** A span of an SDK, and where it belongs. */
interface OtelSpanOfAttempt {
  readonly rollout_id: string;
  readonly attempt_id: string;
  readonly readable_span: OtelSpan;
  readonly sequence_id: number;
}

/** The fields that the span becomes; null for an object that is no span after all. */
const fieldsOf = (
  { rollout_id, attempt_id, readable_span: span, sequence_id }: OtelSpanOfAttempt,
): Readonly<Record<string, unknown>> | null => {
  try {
    const own = span.spanContext();
    const parent = parentOf(span, own);
    return {
      ...extrasOf(span),
      rollout_id,
      attempt_id,
      sequence_id,
      trace_id: own.traceId,
      span_id: own.spanId,
      parent_id: parent?.span_id ?? null,
      name: span.name,
      status: {
        status_code: statusCodeOf(span.status.code),
        description: span.status.message ?? null,
      },
      attributes: attributesOf(span.attributes),
      events: span.events.map((event) => ({
        name: event.name,
        attributes: attributesOf(event.attributes),
        timestamp: secondsOfOtel(event.time),
      })),
      links: span.links.map((link) => ({
        context: contextOf(link.context),
        attributes: link.attributes === undefined ? null : attributesOf(link.attributes),
      })),
      start_time: secondsOfOtel(span.startTime),
      end_time: secondsOfOtel(span.endTime),
      context: contextOf(own),
      parent,
      resource: {
        attributes: attributesOf(span.resource.attributes),
        schema_url: span.resource.schemaUrl ?? "",
      },
    };
  } catch {
    return null;
  }
};

const STATUS_CODES: readonly StatusCode[] = ["UNSET", "OK", "ERROR"];

/** The status of a code of OpenTelemetry; one that is not known is as none. */
export const statusCodeOf = (code: number): StatusCode => STATUS_CODES[code] ?? "UNSET";

const KINDS: readonly string[] = ["INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];

/** The kind of an SDK's span, in the words of the Python SDK (http-api.md, section 3.4). */
export const kindOf = (kind: number): string | undefined => {
  const name = KINDS[kind];
  return name === undefined ? undefined : `SpanKind.${name}`;
};

const extrasOf = (span: OtelSpan): Readonly<Record<string, unknown>> => ({
  kind: span.kind === undefined ? undefined : kindOf(span.kind),
  instrumentation_scope: span.instrumentationScope === undefined ? undefined : {
    name: span.instrumentationScope.name,
    version: span.instrumentationScope.version ?? null,
  },
  dropped_attributes_count: span.droppedAttributesCount,
  dropped_events_count: span.droppedEventsCount,
  dropped_links_count: span.droppedLinksCount,
});

const parentOf = (
  { parentSpanContext, parentSpanId }: OtelSpan,
  own: OtelSpanContext,
): SpanContext | null => {
  if (parentSpanContext !== undefined) return contextOf(parentSpanContext);
  return parentSpanId === undefined
    ? null
    : contextOf({ traceId: own.traceId, spanId: parentSpanId });
};

const contextOf = ({ traceId, spanId, isRemote, traceState }: OtelSpanContext): SpanContext => ({
  trace_id: traceId,
  span_id: spanId,
  is_remote: isRemote ?? false,
  trace_state: traceStateOf(traceState?.serialize() ?? ""),
});

/** A W3C trace state, such as `a=1,b=2`. Source: W3C Trace Context, section 3.3. */
export const traceStateOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text.split(",").filter((member) => member.includes("=")).map((member) => {
      const at = member.indexOf("=");
      return [member.slice(0, at).trim(), member.slice(at + 1).trim()];
    }),
  );

const attributesOf = (
  attributes: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(attributes ?? {})
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([key, value]) => [key, Array.isArray(value) ? value.filter(isSomething) : value]),
  );

const isSomething = (value: unknown): boolean => value !== undefined && value !== null;
