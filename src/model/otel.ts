/**
 * The part of an OpenTelemetry SDK's span that the store reads. It fits `ReadableSpan` of
 * `@opentelemetry/sdk-trace-base` 1.x and 2.x without depending on either.
 */

import { type Codec, FAULT, leaf, nullable, Ordinal, orElse, record, Text } from "./codec.ts";

/** A time as OpenTelemetry writes it: `[seconds, nanoseconds]`, or one number. */
export type OtelTime = readonly [number, number] | number;

/** The identity of a span, as the SDK holds it. */
export interface OtelSpanContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** Whether it comes from another process. Default: false. */
  readonly isRemote?: boolean | undefined;
  /** The W3C trace state. */
  readonly traceState?: { serialize(): string } | undefined;
}

/** A finished span, as the SDK hands it to an exporter. */
export interface OtelSpan {
  /** What it does. */
  readonly name: string;
  /** 0 internal, 1 server, 2 client, 3 producer, 4 consumer. */
  readonly kind?: number;
  /** Its own identity. */
  spanContext(): OtelSpanContext;
  /** Its parent's identity, since SDK 2. */
  readonly parentSpanContext?: OtelSpanContext | undefined;
  /** Its parent's id, up to SDK 1. */
  readonly parentSpanId?: string | undefined;
  /** Its start. */
  readonly startTime: OtelTime;
  /** Its end. */
  readonly endTime: OtelTime;
  /** 0 unset, 1 ok, 2 error. */
  readonly status: { readonly code: number; readonly message?: string | undefined };
  /** Its details. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** What happened meanwhile. */
  readonly events: readonly {
    readonly name: string;
    readonly time: OtelTime;
    readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  }[];
  /** Other spans that it points to. */
  readonly links: readonly {
    readonly context: OtelSpanContext;
    readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  }[];
  /** Where it comes from. */
  readonly resource: {
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly schemaUrl?: string | undefined;
  };
  /** Which library made it, since SDK 2. */
  readonly instrumentationScope?:
    | { readonly name: string; readonly version?: string | undefined }
    | undefined;
  /** How many attributes were dropped. */
  readonly droppedAttributesCount?: number;
  /** How many events were dropped. */
  readonly droppedEventsCount?: number;
  /** How many links were dropped. */
  readonly droppedLinksCount?: number;
}

const isOtelSpan = (u: unknown): u is OtelSpan =>
  typeof u === "object" && u !== null && "spanContext" in u && typeof u.spanContext === "function";

/**
 * The codec of {@linkcode OtelSpan}: it stays the SDK's object, and is read when it is stored.
 *
 * @example
 * ```ts
 * import { decode, OtelSpan } from "@lightning/store";
 *
 * console.log(decode(OtelSpan, {})._tag); // Left: an SDK's span has a context
 * ```
 */
export const OtelSpan: Codec<OtelSpan> = leaf(
  "a finished span of an OpenTelemetry SDK",
  (u) => isOtelSpan(u) ? u : FAULT,
);

/** A span of the OpenTelemetry SDK to store. */
export interface AddOtelSpan {
  /** The rollout that it belongs to. */
  readonly rollout_id: string;
  /** The attempt that it belongs to. */
  readonly attempt_id: string;
  /** The span, as an exporter gets it. */
  readonly readable_span: OtelSpan;
  /** Its place among the spans of the rollout. Default: the next one. */
  readonly sequence_id?: number | null;
}

/**
 * The codec of {@linkcode AddOtelSpan}.
 *
 * @example
 * ```ts
 * import { AddOtelSpan, decode } from "@lightning/store";
 *
 * const decoded = decode(AddOtelSpan, { rollout_id: "ro-1", attempt_id: "at-1" });
 * if (decoded._tag === "Left") console.log(decoded.left.faults[0]?.path); // readable_span
 * ```
 */
export const AddOtelSpan: Codec<Required<AddOtelSpan>, AddOtelSpan> = record<
  Required<AddOtelSpan>,
  AddOtelSpan
>("a request to add a span of OpenTelemetry", {
  rollout_id: Text,
  attempt_id: Text,
  readable_span: OtelSpan,
  sequence_id: orElse<number | null>(nullable(Ordinal), () => null),
});
