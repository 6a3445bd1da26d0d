/** The spans of an OTLP request as spans of the store. Source: http-api.md, sections 3.2 to 3.4. */

import {
  kindOf,
  NANOSECONDS_FROM,
  secondsOfOtel,
  statusCodeOf,
  traceStateOf,
} from "../../core/otel.ts";
import { E } from "../../deps/fp.ts";
import { RESOURCE_ATTRIBUTE } from "../../model/semantic_names.ts";
import type { NewSpanInput, SpanContext } from "../../model/span.ts";
import { type Allowance, attributesOf, textOf } from "./attributes.ts";
import { type Failure, failure } from "./failure.ts";
import type { KeyValue, Scope, SentEvent, SentLink, SentSpan, Traces } from "./traces.ts";

/** A span to store, or why it cannot be stored. */
export type Candidate = E.Either<string, NewSpanInput>;

/**
 * The spans of a request, in its order. A resource and a scope, which are sent once, are stored
 * with each of their spans; `repeated` is how many characters that may come to.
 */
export const spansOf = (
  { resourceSpans }: Traces,
  repeated: number,
): E.Either<Failure, readonly Candidate[]> => {
  const allowance: Allowance = { left: repeated };
  const candidates: Candidate[] = [];
  for (const { resource: sent, scopeSpans, schemaUrl } of resourceSpans) {
    const place = placeOf(sent.attributes, {});
    const resource = {
      attributes: attributesOf(sent.attributes, allowance),
      schema_url: schemaUrl,
    };
    const weight = weightOf(resource);
    for (const { scope, spans } of scopeSpans) {
      const library = scope === null ? {} : scopeExtra(scope, allowance);
      allowance.left -= Math.max(0, spans.length - 1) * (weight + weightOf(library));
      for (const span of spans) {
        if (allowance.left < 0) return E.left(tooMuch(repeated));
        candidates.push(candidateOf(span, place, { ...library, resource }, allowance));
      }
    }
  }
  return allowance.left < 0 ? E.left(tooMuch(repeated)) : E.right(candidates);
};

const tooMuch = (repeated: number): Failure =>
  failure(
    413,
    `Resources, scopes and keys of maps that are stored again with each span come to more than ${repeated} characters`,
  );

const weightOf = (stored: unknown): number => JSON.stringify(stored).length;

/** Where a span belongs, and its number there, as far as its sender tells. */
interface Place {
  readonly rollout_id?: string;
  readonly attempt_id?: string;
  readonly span_sequence_id?: string;
}

/** What the attributes tell; the rest is as `outer` has it. */
const placeOf = (attributes: readonly KeyValue[], outer: Place): Place => {
  let place = outer;
  for (const { key, value } of attributes) {
    const part = PARTS.get(key);
    const text = part === undefined ? null : textOf(value);
    if (part !== undefined && text !== null) place = { ...place, [part]: text };
  }
  return place;
};

const PARTS: ReadonlyMap<string, keyof Place> = new Map<string, keyof Place>([
  [RESOURCE_ATTRIBUTE.rollout_id, "rollout_id"],
  [RESOURCE_ATTRIBUTE.attempt_id, "attempt_id"],
  [RESOURCE_ATTRIBUTE.span_sequence_id, "span_sequence_id"],
]);

/** A number as Python reads it; null, for the next one, where there is none of at least 0. */
const sequenceOf = (text: string | undefined): number | null => {
  if (text === undefined || !/^\s*[+-]?\d+(?:_\d+)*\s*$/.test(text)) return null;
  const number = Number(text.replaceAll("_", ""));
  return number < 0 || number === Infinity ? null : number;
};

/** What a span shares with others. */
type Shared = Pick<NewSpanInput, "resource"> & Readonly<Record<string, unknown>>;

const candidateOf = (
  span: SentSpan,
  outer: Place,
  shared: Shared,
  allowance: Allowance,
): Candidate => {
  const { rollout_id = "", attempt_id = "", span_sequence_id } = placeOf(span.attributes, outer);
  if (rollout_id === "" || attempt_id === "") {
    return E.left(
      `Span ${spanId(span.spanId)} names no ${rollout_id === "" ? "rollout" : "attempt"}: ` +
        `the attribute ${
          RESOURCE_ATTRIBUTE[rollout_id === "" ? "rollout_id" : "attempt_id"]
        } of its resource or its own must be set`,
    );
  }
  // One less in an SDK, since 0 says nothing here.
  const kind = kindOf(span.kind - 1);
  return E.right({
    ...shared,
    ...kind === undefined ? {} : { kind },
    rollout_id,
    attempt_id,
    sequence_id: sequenceOf(span_sequence_id),
    trace_id: traceId(span.traceId),
    span_id: spanId(span.spanId),
    parent_id: span.parentSpanId === "" ? null : spanId(span.parentSpanId),
    name: span.name,
    status: {
      status_code: statusCodeOf(span.status.code),
      description: span.status.message === "" ? null : span.status.message,
    },
    attributes: attributesOf(span.attributes, allowance),
    events: span.events.map((event) => eventOf(event, allowance)),
    links: span.links.map((link) => linkOf(link, allowance)),
    start_time: secondsOf(span.startTimeUnixNano),
    end_time: secondsOf(span.endTimeUnixNano),
    context: contextOf(span),
    parent: null,
  });
};

const scopeExtra = (
  { name, version, attributes }: Scope,
  allowance: Allowance,
): Readonly<Record<string, unknown>> => ({
  instrumentation_scope: {
    name,
    version: version === "" ? null : version,
    ...attributes.length === 0 ? {} : { attributes: attributesOf(attributes, allowance) },
  },
});

const eventOf = ({ name, attributes, timeUnixNano }: SentEvent, allowance: Allowance) => ({
  name,
  attributes: attributesOf(attributes, allowance),
  timestamp: secondsOf(timeUnixNano),
});

const linkOf = (link: SentLink, allowance: Allowance) => ({
  context: contextOf(link),
  attributes: link.attributes.length === 0 ? null : attributesOf(link.attributes, allowance),
});

const contextOf = (
  { traceId: trace, spanId: span, traceState }: Pick<SentSpan, "traceId" | "spanId" | "traceState">,
): SpanContext => ({
  trace_id: traceId(trace),
  span_id: spanId(span),
  is_remote: false,
  trace_state: traceStateOf(traceState),
});

const traceId = (hex: string): string => hex.padStart(32, "0");

const spanId = (hex: string): string => hex.padStart(16, "0");

const BILLION = 1_000_000_000n;

/** Whole seconds and the rest apart, so that no microsecond is lost. */
const secondsOf = (time: bigint): number | null =>
  secondsOfOtel(
    time > NANOSECONDS_FROM ? [Number(time / BILLION), Number(time % BILLION)] : Number(time),
  );
