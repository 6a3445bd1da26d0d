/** What an agent did, as OpenTelemetry tells it. */

import {
  AnyString,
  type Codec,
  dictionary,
  FAULT,
  Flag,
  Float,
  Label,
  leaf,
  list,
  nullable,
  oneOf,
  Ordinal,
  orElse,
  record,
  Text,
  withDefault,
} from "./codec.ts";
import { Json } from "./json.ts";
import { isWritten, type WrittenNumber } from "./numbers.ts";
import type { LeafSchema } from "./shape.ts";

/** A string, a boolean or a finite number, or an array of one of these kinds. */
export type AttributeValue =
  | string
  | boolean
  | number
  | readonly string[]
  | readonly boolean[]
  | readonly number[];

/** Attributes by key, such as `gen_ai.response.id`. Keys are literal: a dot is no path. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

const SCALARS: readonly LeafSchema[] = [
  { type: "string" },
  { type: "boolean" },
  { type: "number" },
];

const scalar = (u: unknown): string | boolean | number | WrittenNumber | typeof FAULT =>
  typeof u === "string" || typeof u === "boolean" || isWritten(u) ? u : Float.read(u);

/** Arrays hold one kind, and a number as it was written is a number. */
const kindOf = (value: unknown): string => isWritten(value) ? "number" : typeof value;

/**
 * The codec of {@linkcode AttributeValue}.
 *
 * @example
 * ```ts
 * import { decode, AttributeValue } from "@lightning/store";
 *
 * const decoded = decode(AttributeValue, ["a", "b"]);
 * console.log(decoded._tag); // Right
 * ```
 */
export const AttributeValue: Codec<AttributeValue> = leaf(
  "a string, a boolean, a finite number, or an array of one of these kinds",
  (u) => {
    // A number as it was written stands where the types have a number.
    if (!Array.isArray(u)) return scalar(u) as AttributeValue | typeof FAULT;
    const first = scalar(u[0]);
    const values: unknown[] = [];
    for (let i = 0; i < u.length; i++) {
      const value = scalar(u[i]);
      if (value === FAULT || kindOf(value) !== kindOf(first)) return FAULT;
      values.push(value);
    }
    // All entries are strings, all booleans, or all numbers.
    return values as AttributeValue;
  },
  { anyOf: [...SCALARS, ...SCALARS.map((items): LeafSchema => ({ type: "array", items }))] },
);

/**
 * The codec of {@linkcode Attributes}.
 *
 * @example
 * ```ts
 * import { decode, Attributes } from "@lightning/store";
 *
 * const decoded = decode(Attributes, { "gen_ai.system": "none", tokens: 3 });
 * console.log(decoded._tag); // Right
 * ```
 */
export const Attributes: Codec<Attributes> = dictionary(AttributeValue);

/** How a span ended. */
export type StatusCode = "UNSET" | "OK" | "ERROR";

/**
 * The codec of {@linkcode StatusCode}.
 *
 * @example
 * ```ts
 * import { decode, StatusCode } from "@lightning/store";
 *
 * const decoded = decode(StatusCode, "OK");
 * console.log(decoded._tag); // Right
 * ```
 */
export const StatusCode: Codec<StatusCode> = oneOf("UNSET", "OK", "ERROR");

/** How a span ended, and why. Unknown keys are kept. */
export interface TraceStatus {
  /** How it ended. */
  readonly status_code: StatusCode;
  /** Why. Default: null. */
  readonly description?: string | null;
}

/** The identity of a span in its trace. Unknown keys are kept. */
export interface SpanContext {
  /** 32 hex digits by convention. */
  readonly trace_id: string;
  /** 16 hex digits by convention. */
  readonly span_id: string;
  /** Whether it comes from another process. */
  readonly is_remote: boolean;
  /** The W3C trace state. */
  readonly trace_state: Readonly<Record<string, string>>;
}

/** Something that happened at one moment of a span. Unknown keys are kept. */
export interface SpanEvent {
  /** What happened. */
  readonly name: string;
  /** Its details. */
  readonly attributes: Attributes;
  /** When, in seconds since the epoch. Default: null. */
  readonly timestamp?: number | null;
}

/** A pointer to a span that is no ancestor. Unknown keys are kept. */
export interface SpanLink {
  /** The other span. */
  readonly context: SpanContext;
  /** Its details. Default: null. */
  readonly attributes?: Attributes | null;
}

/** Where spans come from. Unknown keys are dropped. */
export interface OtelResource {
  /** Such as `service.name`. */
  readonly attributes: Attributes;
  /** The schema of the attributes, or the empty string. */
  readonly schema_url: string;
}

/**
 * One step of an agent. Unknown keys are kept as they are, if they hold JSON.
 *
 * `rollout_id`, `attempt_id` and `span_id` together are unique; `sequence_id` orders the spans of a
 * rollout and may repeat.
 */
export interface Span {
  /** The rollout that it belongs to. */
  readonly rollout_id: string;
  /** The attempt that it belongs to. */
  readonly attempt_id: string;
  /** Its place among the spans of the rollout. */
  readonly sequence_id: number;
  /** 32 hex digits by convention. */
  readonly trace_id: string;
  /** 16 hex digits by convention. */
  readonly span_id: string;
  /** The span that it is a part of. */
  readonly parent_id: string | null;
  /** What it does. */
  readonly name: string;
  /** How it ended. */
  readonly status: TraceStatus;
  /** Its details. */
  readonly attributes: Attributes;
  /** What happened meanwhile. */
  readonly events: readonly SpanEvent[];
  /** Other spans that it points to. */
  readonly links: readonly SpanLink[];
  /** In seconds since the epoch. */
  readonly start_time: number | null;
  /** In seconds since the epoch. */
  readonly end_time: number | null;
  /** Its own identity. */
  readonly context: SpanContext | null;
  /** Its parent's identity. */
  readonly parent: SpanContext | null;
  /** Where it comes from. */
  readonly resource: OtelResource;
}

/** A span to store. Its `sequence_id` is null where the next one of its rollout is wanted. */
export interface NewSpan extends Omit<Span, "sequence_id"> {
  /** Its place among the spans of the rollout. */
  readonly sequence_id: number | null;
}

/** A span to store, as a caller may write it. */
export interface NewSpanInput extends Omit<Span, "sequence_id"> {
  /** Its place among the spans of the rollout. Default: null, for the next one. */
  readonly sequence_id?: number | null;
}

/**
 * The codec of {@linkcode TraceStatus}.
 *
 * @example
 * ```ts
 * import { decode, TraceStatus } from "@lightning/store";
 *
 * const decoded = decode(TraceStatus, { status_code: "ERROR", description: "no luck" });
 * console.log(decoded._tag); // Right
 * ```
 */
export const TraceStatus: Codec<TraceStatus> = record<TraceStatus>("a trace status", {
  status_code: StatusCode,
  description: withDefault(nullable(AnyString), () => null),
}, Json);

/**
 * The codec of {@linkcode SpanContext}.
 *
 * @example
 * ```ts
 * import { decode, SpanContext } from "@lightning/store";
 *
 * const decoded = decode(SpanContext, { trace_id: "t", span_id: "s", is_remote: false, trace_state: {} });
 * console.log(decoded._tag); // Right
 * ```
 */
export const SpanContext: Codec<SpanContext> = record<SpanContext>("a span context", {
  trace_id: AnyString,
  span_id: AnyString,
  is_remote: Flag,
  trace_state: dictionary(AnyString),
}, Json);

/**
 * The codec of {@linkcode SpanEvent}.
 *
 * @example
 * ```ts
 * import { decode, SpanEvent } from "@lightning/store";
 *
 * const decoded = decode(SpanEvent, { name: "thought", attributes: { depth: 2 } });
 * console.log(decoded._tag); // Right
 * ```
 */
export const SpanEvent: Codec<SpanEvent> = record<SpanEvent>("an event", {
  name: AnyString,
  attributes: Attributes,
  timestamp: withDefault(nullable(Float), () => null),
}, Json);

/**
 * The codec of {@linkcode SpanLink}.
 *
 * @example
 * ```ts
 * import { decode, SpanLink } from "@lightning/store";
 *
 * const decoded = decode(SpanLink, { context: { trace_id: "t", span_id: "s", is_remote: false, trace_state: {} } });
 * console.log(decoded._tag); // Right
 * ```
 */
export const SpanLink: Codec<SpanLink> = record<SpanLink>("a link", {
  context: SpanContext,
  attributes: withDefault(nullable(Attributes), () => null),
}, Json);

/**
 * The codec of {@linkcode OtelResource}.
 *
 * @example
 * ```ts
 * import { decode, OtelResource } from "@lightning/store";
 *
 * const decoded = decode(OtelResource, { attributes: { "service.name": "agent" }, schema_url: "" });
 * console.log(decoded._tag); // Right
 * ```
 */
export const OtelResource: Codec<OtelResource> = record<OtelResource>("a resource", {
  attributes: Attributes,
  schema_url: AnyString,
});

/** All but the sequence id. */
const otherFields = {
  rollout_id: Text,
  attempt_id: Text,
  trace_id: Text,
  span_id: Text,
  parent_id: nullable(Text),
  name: Label,
  status: TraceStatus,
  attributes: Attributes,
  events: list(SpanEvent),
  links: list(SpanLink),
  start_time: nullable(Float),
  end_time: nullable(Float),
  context: nullable(SpanContext),
  parent: nullable(SpanContext),
  resource: OtelResource,
};

/**
 * The codec of {@linkcode Span}.
 *
 * @example
 * ```ts
 * import { Span, virtualSpan } from "@lightning/store";
 *
 * const span = virtualSpan({ attributes: {} }, () => crypto.randomUUID());
 * console.log(Span.is(span)); // true
 * ```
 */
export const Span: Codec<Span> = record<Span>("a span", {
  ...otherFields,
  sequence_id: Ordinal,
}, Json);

/**
 * The codec of {@linkcode NewSpan}, from {@linkcode NewSpanInput}.
 *
 * @example
 * ```ts
 * import { decode, NewSpan, virtualSpan } from "@lightning/store";
 *
 * const { sequence_id: _, ...span } = virtualSpan({ attributes: {} }, () => crypto.randomUUID());
 * const decoded = decode(NewSpan, span);
 * if (decoded._tag === "Right") console.log(decoded.right.sequence_id); // null
 * ```
 */
export const NewSpan: Codec<NewSpan, NewSpanInput> = record<NewSpan, NewSpanInput>("a span", {
  ...otherFields,
  sequence_id: orElse<number | null>(nullable(Ordinal), () => null),
}, Json);
