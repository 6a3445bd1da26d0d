/** Traces in OTLP/JSON. Source: http-api.md, section 3.8. */

import { E, pipe } from "../../deps/fp.ts";
import {
  AnyString,
  type Codec,
  decode,
  FAULT,
  type Field,
  Integer,
  isObject,
  leaf,
  list,
  orElse,
  record,
} from "../../model/codec.ts";
import { parseNumbers } from "../../model/numbers.ts";
import { type Failure, failure, unparsable } from "./failure.ts";
import { hexOf } from "./hex.ts";
import type { Limits } from "./limits.ts";
import {
  type AnyValue,
  type KeyValue,
  NONE,
  type Resource,
  type ResourceSpans,
  type Scope,
  type ScopeSpans,
  type SentEvent,
  type SentLink,
  type SentSpan,
  type SentStatus,
  type Traces,
} from "./traces.ts";

/** The deepest nesting of a value: what fits into the nesting of Protocol Buffers. */
const MOST_LEVELS = 50;

/** Reads a request. An empty body is an empty one. */
export const readJson = (bytes: Uint8Array, limits: Limits): E.Either<Failure, Traces> => {
  if (bytes.length === 0) return E.right({ resourceSpans: [] });
  const tooMany = E.left(
    failure(
      413,
      `The body holds more than ${limits.messages} objects or ${limits.spans} spans`,
    ),
  );
  if (openedIn(bytes) > limits.messages) return tooMany;
  try {
    const parsed = parse(new TextDecoder().decode(bytes));
    if (spansIn(parsed) > limits.spans) return tooMany;
    return pipe(decode(Traces, parsed), E.mapLeft(({ message }) => unparsable(message)));
  } catch (cause) {
    return E.left(unparsable(cause instanceof Error ? cause.message : "no JSON"));
  }
};

const OPENING = "{".charCodeAt(0);

/** How many objects there are at most; braces in texts count too. */
const openedIn = (bytes: Uint8Array): number => {
  let opened = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === OPENING) opened++;
  return opened;
};

/** How many spans there are, before anything is made of them. */
const spansIn = (parsed: unknown): number =>
  itemsOf(parsed, "resourceSpans")
    .flatMap((resource) => itemsOf(resource, "scopeSpans"))
    .reduce<number>((sum, scope) => sum + itemsOf(scope, "spans").length, 0);

const itemsOf = (parent: unknown, key: string): readonly unknown[] => {
  const items = isObject(parent) ? parent[key] : undefined;
  return Array.isArray(items) ? items : [];
};

/** A number that stands for itself and is long enough to lose digits. */
const LONG_NUMBER = /[:[,]\s*-?\d{16}/;

/** Integers of 64 bits have no more characters. */
const LONGEST_INTEGER = 20;

/** Parses JSON; integers of 64 bits that a number cannot hold become BigInts. */
const parse = (text: string): unknown =>
  LONG_NUMBER.test(text) ? parseNumbers(text, numberOf) : JSON.parse(text);

const numberOf = (text: string): number | bigint => {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : integerOf(text) ?? value;
};

/** An integer by its digits, if it is one that can have 64 bits. */
const integerOf = (text: string): bigint | null =>
  text.length <= LONGEST_INTEGER && /^-?\d+$/.test(text) ? BigInt(text) : null;

/** What a field that is left out or null has instead. */
const or = <A>(part: Codec<A>, value: A): Field<A> => orElse<A>(part, () => value);

const text = or(AnyString, "");

const Hex = or(
  leaf<string>(
    "an id in hex",
    (u) => typeof u === "string" && /^[0-9a-f]*$/i.test(u) ? u.toLowerCase() : FAULT,
  ),
  "",
);

/** An integer, as a number or as a decimal text. */
const bigintOf = (u: unknown): bigint | typeof FAULT =>
  typeof u === "bigint"
    ? u
    : typeof u === "number"
    ? Number.isInteger(u) ? BigInt(u) : FAULT
    : typeof u === "string"
    ? integerOf(u) ?? FAULT
    : FAULT;

const Nanoseconds = or(
  leaf<bigint>("an unsigned integer of 64 bits", (u) => {
    const time = bigintOf(u);
    return time !== FAULT && BigInt.asUintN(64, time) === time ? time : FAULT;
  }),
  0n,
);

/** Reads each kind of a value, at its level of nesting. */
const KINDS: Readonly<Record<string, (u: unknown, level: number) => AnyValue | typeof FAULT>> = {
  stringValue: (u) => typeof u === "string" ? { _tag: "string", value: u } : FAULT,
  boolValue: (u) => typeof u === "boolean" ? { _tag: "bool", value: u } : FAULT,
  intValue: (u) => {
    const value = bigintOf(u);
    if (value === FAULT) return FAULT;
    if (BigInt.asIntN(64, value) === value) return { _tag: "int", value };
    // Exporters in JavaScript write every whole number so, the largest doubles too.
    return typeof u === "string" ? FAULT : { _tag: "double", value: Number(value) };
  },
  doubleValue: (u) => {
    const value = doubleOf(u);
    return value === FAULT ? FAULT : { _tag: "double", value };
  },
  bytesValue: (u) => {
    const value = typeof u === "string" ? hexOfBase64(u) : FAULT;
    return value === FAULT ? FAULT : { _tag: "bytes", value };
  },
  arrayValue: (u, level) => {
    const values = valuesOf(u, (value) => anyValueOf(value, level + 1));
    return values === FAULT ? FAULT : { _tag: "array", values };
  },
  kvlistValue: (u, level) => {
    const values = valuesOf(u, (value) => keyValueOf(value, level + 1));
    return values === FAULT ? FAULT : { _tag: "map", values };
  },
};

const doubleOf = (u: unknown): number | typeof FAULT => {
  if (typeof u === "number") return u;
  if (typeof u === "bigint") return Number(u);
  if (u === "NaN") return NaN;
  const value = typeof u === "string" && u.trim() !== "" ? Number(u) : NaN;
  return Number.isNaN(value) ? FAULT : value;
};

/** Base64, with the alphabet of URLs as well; padding may be left out. */
const hexOfBase64 = (u: string): string | typeof FAULT => {
  try {
    const binary = atob(u.replaceAll("-", "+").replaceAll("_", "/"));
    return hexOf(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
  } catch {
    return FAULT;
  }
};

/** The list of an array or of a map. */
const valuesOf = <A>(
  u: unknown,
  read: (u: unknown) => A | typeof FAULT,
): readonly A[] | typeof FAULT => {
  if (!isObject(u)) return FAULT;
  const { values = null } = u;
  if (values === null) return [];
  if (!Array.isArray(values)) return FAULT;
  const out: A[] = [];
  for (const item of values) {
    const value = read(item);
    if (value === FAULT) return FAULT;
    out.push(value);
  }
  return out;
};

const anyValueOf = (u: unknown, level: number): AnyValue | typeof FAULT => {
  if (u === undefined || u === null) return NONE;
  if (!isObject(u) || level > MOST_LEVELS) return FAULT;
  for (const kind of Object.keys(KINDS)) {
    const value = u[kind];
    if (value !== undefined && value !== null) return KINDS[kind]?.(value, level) ?? FAULT;
  }
  return NONE;
};

const keyValueOf = (u: unknown, level: number): KeyValue | typeof FAULT => {
  if (!isObject(u)) return FAULT;
  const { key } = u;
  if (key !== undefined && key !== null && typeof key !== "string") return FAULT;
  const value = anyValueOf(u.value, level);
  return value === FAULT ? FAULT : { key: key ?? "", value };
};

const listOf = <A>(part: Codec<A>): Field<readonly A[]> => or<readonly A[]>(list(part), []);

const attributes = listOf(
  leaf<KeyValue>(
    `a key with a value of OTLP, of at most ${MOST_LEVELS} levels`,
    (u) => keyValueOf(u, 0),
  ),
);

const number = or(Integer, 0);

const SentStatus: Codec<SentStatus> = record<SentStatus>("a status", {
  message: text,
  code: number,
});

const SentEvent: Codec<SentEvent> = record<SentEvent>("an event", {
  timeUnixNano: Nanoseconds,
  name: text,
  attributes,
});

const SentLink: Codec<SentLink> = record<SentLink>("a link", {
  traceId: Hex,
  spanId: Hex,
  traceState: text,
  attributes,
});

const SentSpan: Codec<SentSpan> = record<SentSpan>("a span", {
  traceId: Hex,
  spanId: Hex,
  traceState: text,
  parentSpanId: Hex,
  name: text,
  kind: number,
  startTimeUnixNano: Nanoseconds,
  endTimeUnixNano: Nanoseconds,
  attributes,
  events: listOf(SentEvent),
  links: listOf(SentLink),
  status: or<SentStatus>(SentStatus, { message: "", code: 0 }),
});

const Scope: Codec<Scope> = record<Scope>("a scope", {
  name: text,
  version: text,
  attributes,
});

const ScopeSpans: Codec<ScopeSpans> = record<ScopeSpans>("an object with spans", {
  scope: orElse<Scope | null>(Scope, () => null),
  spans: listOf(SentSpan),
});

const Resource: Codec<Resource> = record<Resource>("a resource", { attributes });

const ResourceSpans: Codec<ResourceSpans> = record<ResourceSpans>("an object with scopeSpans", {
  resource: or<Resource>(Resource, { attributes: [] }),
  scopeSpans: listOf(ScopeSpans),
  schemaUrl: text,
});

const Traces: Codec<Traces> = record<Traces>("an object with resourceSpans", {
  resourceSpans: listOf(ResourceSpans),
});
