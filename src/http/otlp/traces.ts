/**
 * What an OTLP request for traces brings, whatever its encoding. The names are those of OTLP/JSON;
 * what a sender leaves out has its default. Source: http-api.md, section 3.7.
 */

/** A value of an attribute, as it was sent. */
export type AnyValue =
  | { readonly _tag: "none" }
  | { readonly _tag: "string"; readonly value: string }
  | { readonly _tag: "bool"; readonly value: boolean }
  /** 64 bits, all of them. */
  | { readonly _tag: "int"; readonly value: bigint }
  | { readonly _tag: "double"; readonly value: number }
  /** In hex. */
  | { readonly _tag: "bytes"; readonly value: string }
  | { readonly _tag: "array"; readonly values: readonly AnyValue[] }
  | { readonly _tag: "map"; readonly values: readonly KeyValue[] };

/** A value that was not set. */
export const NONE: { readonly _tag: "none" } = { _tag: "none" };

export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

export interface Traces {
  readonly resourceSpans: readonly ResourceSpans[];
}

export interface ResourceSpans {
  readonly resource: Resource;
  readonly scopeSpans: readonly ScopeSpans[];
  readonly schemaUrl: string;
}

export interface Resource {
  readonly attributes: readonly KeyValue[];
}

export interface ScopeSpans {
  readonly scope: Scope | null;
  readonly spans: readonly SentSpan[];
}

/** The library that made the spans. */
export interface Scope {
  readonly name: string;
  readonly version: string;
  readonly attributes: readonly KeyValue[];
}

/** A span, as it was sent. Ids are in lower-case hex, empty for none; times in nanoseconds. */
export interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  readonly attributes: readonly KeyValue[];
  readonly events: readonly SentEvent[];
  readonly links: readonly SentLink[];
  readonly status: SentStatus;
}

export interface SentEvent {
  readonly timeUnixNano: bigint;
  readonly name: string;
  readonly attributes: readonly KeyValue[];
}

export interface SentLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly attributes: readonly KeyValue[];
}

export interface SentStatus {
  readonly message: string;
  readonly code: number;
}
