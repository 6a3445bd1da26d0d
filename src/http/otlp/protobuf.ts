/**
 * Traces in Protocol Buffers. Each message is a table from the number of a field to its reader;
 * what is not in the table, or is of another wire type there, is skipped, as newer senders may send
 * more. Source: http-api.md, section 3.7.
 */

import { E } from "../../deps/fp.ts";
import { BinaryReader, WireType } from "../../deps/protobuf.ts";
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

/** The deepest nesting of messages, which is also that of other readers of Protocol Buffers. */
const MOST_LEVELS = 100;

/** Reads a request. An empty body is an empty one. */
export const readProtobuf = (bytes: Uint8Array, limits: Limits): E.Either<Failure, Traces> => {
  const cursor: Cursor = {
    reader: new BinaryReader(bytes),
    level: 0,
    messages: limits.messages,
    spans: limits.spans,
  };
  const traces: Draft<Traces> = { resourceSpans: [] };
  try {
    readFields(cursor, TRACES, traces, bytes.length);
    return E.right(traces);
  } catch (cause) {
    return E.left(
      cursor.messages < 0 || cursor.spans < 0
        ? failure(
          413,
          `The body holds more than ${limits.messages} messages or ${limits.spans} spans`,
        )
        : unparsable(cause instanceof Error ? cause.message : "no Protocol Buffers"),
    );
  }
};

/** Where the reading is. */
interface Cursor {
  readonly reader: BinaryReader;
  level: number;
  /** How many more may come. */
  messages: number;
  /** How many more may come. */
  spans: number;
}

/** A message that is being put together: its fields come in any order, and in parts. */
type Draft<T> = T extends readonly (infer I)[] ? Draft<I>[]
  : T extends object ? { -readonly [K in keyof T]: Draft<T[K]> }
  : T;

/** How one field is read into its message. */
interface Field<M> {
  readonly wire: WireType;
  readonly read: (cursor: Cursor, message: M) => void;
}

/** The fields of a message by their numbers. */
type Fields<M> = Readonly<Record<number, Field<M>>>;

const readFields = <M>(cursor: Cursor, fields: Fields<M>, message: M, end: number): void => {
  const { reader } = cursor;
  while (reader.pos < end) {
    const [number, wire] = reader.tag();
    const field = fields[number];
    if (field !== undefined && field.wire === wire) field.read(cursor, message);
    else reader.skip(wire, number);
  }
  if (reader.pos !== end) throw new RangeError("a field is longer than its message");
};

/** Reads an embedded message into `message`, on top of what is there. */
const readEmbedded = <M>(cursor: Cursor, fields: Fields<M>, message: M): void => {
  const { reader } = cursor;
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError("a message is longer than the body");
  if (--cursor.messages < 0) throw new RangeError("too many messages");
  if (++cursor.level > MOST_LEVELS) throw new RangeError("too many levels");
  readFields(cursor, fields, message, end);
  cursor.level--;
};

/** Takes bytes that are no UTF-8 as U+FFFD: one text that was cut must not cost a whole batch. */
const text = <K extends string>(key: K): Field<{ [P in K]: string }> => ({
  wire: WireType.LengthDelimited,
  read: ({ reader }, message) => {
    message[key] = reader.string();
  },
});

const id = <K extends string>(key: K): Field<{ [P in K]: string }> => ({
  wire: WireType.LengthDelimited,
  read: ({ reader }, message) => {
    message[key] = hexOf(reader.bytes());
  },
});

const time = <K extends string>(key: K): Field<{ [P in K]: bigint }> => ({
  wire: WireType.Bit64,
  read: ({ reader }, message) => {
    message[key] = BigInt(reader.fixed64());
  },
});

const word = <K extends string>(key: K): Field<{ [P in K]: number }> => ({
  wire: WireType.Varint,
  read: ({ reader }, message) => {
    message[key] = reader.int32();
  },
});

/** One more item of a list. */
const item = <K extends string, I>(
  key: K,
  fields: Fields<I>,
  empty: () => I,
): Field<{ [P in K]: I[] }> => ({
  wire: WireType.LengthDelimited,
  read: (cursor, message) => {
    const one = empty();
    readEmbedded(cursor, fields, one);
    message[key].push(one);
  },
});

/** A message that is there already. */
const part = <K extends string, I>(key: K, fields: Fields<I>): Field<{ [P in K]: I }> => ({
  wire: WireType.LengthDelimited,
  read: (cursor, message) => readEmbedded(cursor, fields, message[key]),
});

/** What has a value to be set. */
interface Valued {
  value: Draft<AnyValue>;
}

/** One of several fields; the last one counts. */
const value = (wire: WireType, read: (reader: BinaryReader) => Draft<AnyValue>): Field<Valued> => ({
  wire,
  read: ({ reader }, message) => {
    message.value = read(reader);
  },
});

const ANY_VALUE: Fields<Valued> = {
  1: value(WireType.LengthDelimited, (reader) => ({ _tag: "string", value: reader.string() })),
  2: value(WireType.Varint, (reader) => ({ _tag: "bool", value: reader.bool() })),
  3: value(WireType.Varint, (reader) => ({ _tag: "int", value: BigInt(reader.int64()) })),
  4: value(WireType.Bit64, (reader) => ({ _tag: "double", value: reader.double() })),
  5: {
    wire: WireType.LengthDelimited,
    read: (cursor, message) => {
      const { value } = message;
      const array = value._tag === "array" ? value : { _tag: "array" as const, values: [] };
      message.value = array;
      readEmbedded(cursor, ARRAY, array);
    },
  },
  6: {
    wire: WireType.LengthDelimited,
    read: (cursor, message) => {
      const { value } = message;
      const map = value._tag === "map" ? value : { _tag: "map" as const, values: [] };
      message.value = map;
      readEmbedded(cursor, MAP, map);
    },
  },
  7: value(WireType.LengthDelimited, (reader) => ({ _tag: "bytes", value: hexOf(reader.bytes()) })),
};

const ARRAY: Fields<{ values: Draft<AnyValue>[] }> = {
  1: {
    wire: WireType.LengthDelimited,
    read: (cursor, { values }) => {
      const one: Valued = { value: NONE };
      readEmbedded(cursor, ANY_VALUE, one);
      values.push(one.value);
    },
  },
};

const KEY_VALUE: Fields<Draft<KeyValue>> = {
  1: text("key"),
  2: {
    wire: WireType.LengthDelimited,
    read: (cursor, message) => readEmbedded(cursor, ANY_VALUE, message),
  },
};

const newKeyValue = (): Draft<KeyValue> => ({ key: "", value: NONE });

const MAP: Fields<{ values: Draft<KeyValue>[] }> = { 1: item("values", KEY_VALUE, newKeyValue) };

const attributes = item("attributes", KEY_VALUE, newKeyValue);

const STATUS: Fields<Draft<SentStatus>> = { 2: text("message"), 3: word("code") };

const EVENT: Fields<Draft<SentEvent>> = { 1: time("timeUnixNano"), 2: text("name"), 3: attributes };

const newEvent = (): Draft<SentEvent> => ({ timeUnixNano: 0n, name: "", attributes: [] });

const LINK: Fields<Draft<SentLink>> = {
  1: id("traceId"),
  2: id("spanId"),
  3: text("traceState"),
  4: attributes,
};

const newLink = (): Draft<SentLink> => ({
  traceId: "",
  spanId: "",
  traceState: "",
  attributes: [],
});

const SPAN: Fields<Draft<SentSpan>> = {
  1: id("traceId"),
  2: id("spanId"),
  3: text("traceState"),
  4: id("parentSpanId"),
  5: text("name"),
  6: word("kind"),
  7: time("startTimeUnixNano"),
  8: time("endTimeUnixNano"),
  9: attributes,
  11: item("events", EVENT, newEvent),
  13: item("links", LINK, newLink),
  15: part("status", STATUS),
};

const newSpan = (): Draft<SentSpan> => ({
  traceId: "",
  spanId: "",
  traceState: "",
  parentSpanId: "",
  name: "",
  kind: 0,
  startTimeUnixNano: 0n,
  endTimeUnixNano: 0n,
  attributes: [],
  events: [],
  links: [],
  status: { message: "", code: 0 },
});

const SCOPE: Fields<Draft<Scope>> = { 1: text("name"), 2: text("version"), 3: attributes };

const SCOPE_SPANS: Fields<Draft<ScopeSpans>> = {
  1: {
    wire: WireType.LengthDelimited,
    read: (cursor, message) => {
      message.scope ??= { name: "", version: "", attributes: [] };
      readEmbedded(cursor, SCOPE, message.scope);
    },
  },
  2: {
    wire: WireType.LengthDelimited,
    read: (cursor, { spans }) => {
      if (--cursor.spans < 0) throw new RangeError("too many spans");
      const span = newSpan();
      readEmbedded(cursor, SPAN, span);
      spans.push(span);
    },
  },
};

const newScopeSpans = (): Draft<ScopeSpans> => ({ scope: null, spans: [] });

const RESOURCE: Fields<Draft<Resource>> = { 1: attributes };

const RESOURCE_SPANS: Fields<Draft<ResourceSpans>> = {
  1: part("resource", RESOURCE),
  2: item("scopeSpans", SCOPE_SPANS, newScopeSpans),
  3: text("schemaUrl"),
};

const newResourceSpans = (): Draft<ResourceSpans> => ({
  resource: { attributes: [] },
  scopeSpans: [],
  schemaUrl: "",
});

const TRACES: Fields<Draft<Traces>> = {
  1: item("resourceSpans", RESOURCE_SPANS, newResourceSpans),
};
