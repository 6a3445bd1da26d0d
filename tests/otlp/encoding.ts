/**
 * Requests of OTLP as a test writes them: in the shape of OTLP/JSON, sent as that or as Protocol
 * Buffers, and answers as a sender reads them. It shares nothing with the reader under test.
 */

import { BinaryReader, BinaryWriter, WireType } from "../../src/deps/protobuf.ts";

/** A message by the names of its fields. */
export type Message = Readonly<Record<string, unknown>>;

type Kind = "text" | "hex" | "bytes" | "varint" | "fixed64" | "double" | (() => Shape);

/** The number of each field, and how it is written. */
type Shape = Readonly<Record<string, readonly [number, Kind]>>;

const ANY_VALUE: Shape = {
  stringValue: [1, "text"],
  boolValue: [2, "varint"],
  intValue: [3, "varint"],
  doubleValue: [4, "double"],
  arrayValue: [5, () => ({ values: [1, () => ANY_VALUE] })],
  kvlistValue: [6, () => ({ values: [1, () => KEY_VALUE] })],
  bytesValue: [7, "bytes"],
};

const KEY_VALUE: Shape = { key: [1, "text"], value: [2, () => ANY_VALUE] };

const attributes = (number: number): readonly [number, Kind] => [number, () => KEY_VALUE];

const SPAN: Shape = {
  traceId: [1, "hex"],
  spanId: [2, "hex"],
  traceState: [3, "text"],
  parentSpanId: [4, "hex"],
  name: [5, "text"],
  kind: [6, "varint"],
  startTimeUnixNano: [7, "fixed64"],
  endTimeUnixNano: [8, "fixed64"],
  attributes: attributes(9),
  events: [11, () => ({
    timeUnixNano: [1, "fixed64"],
    name: [2, "text"],
    attributes: attributes(3),
  })],
  links: [13, () => ({
    traceId: [1, "hex"],
    spanId: [2, "hex"],
    traceState: [3, "text"],
    attributes: attributes(4),
  })],
  status: [15, () => ({ message: [2, "text"], code: [3, "varint"] })],
};

const TRACES: Shape = {
  resourceSpans: [1, () => ({
    resource: [1, () => ({ attributes: attributes(1) })],
    scopeSpans: [2, () => ({
      scope: [1, () => ({ name: [1, "text"], version: [2, "text"], attributes: attributes(3) })],
      spans: [2, () => SPAN],
    })],
    schemaUrl: [3, "text"],
  })],
};

/** A request in Protocol Buffers. */
export const protobufOf = (traces: Message): Uint8Array<ArrayBuffer> => {
  const writer = new BinaryWriter();
  write(writer, TRACES, traces);
  return writer.finish();
};

const write = (writer: BinaryWriter, shape: Shape, message: Message): void => {
  for (const [key, content] of Object.entries(message)) {
    const [number, kind] = shape[key] ?? [];
    if (number === undefined || kind === undefined) throw new Error(`No field ${key}`);
    for (const one of Array.isArray(content) ? content : [content]) {
      writeField(writer, number, kind, one);
    }
  }
};

const writeField = (writer: BinaryWriter, number: number, kind: Kind, content: unknown): void => {
  if (typeof kind === "function") {
    writer.tag(number, WireType.LengthDelimited).fork();
    write(writer, kind(), Object(content));
    writer.join();
    return;
  }
  switch (kind) {
    case "text":
      writer.tag(number, WireType.LengthDelimited).string(String(content));
      return;
    case "hex":
      writer.tag(number, WireType.LengthDelimited).bytes(Uint8Array.fromHex(String(content)));
      return;
    case "bytes":
      writer.tag(number, WireType.LengthDelimited).bytes(Uint8Array.fromBase64(String(content)));
      return;
    case "varint":
      writer.tag(number, WireType.Varint)
        .int64(BigInt(typeof content === "boolean" ? content : String(content)));
      return;
    case "fixed64":
      writer.tag(number, WireType.Bit64).fixed64(BigInt(String(content)));
      return;
    case "double":
      writer.tag(number, WireType.Bit64).double(Number(content));
  }
};

/** The message of a `google.rpc.Status`. */
export const statusMessageOf = (bytes: Uint8Array): string => {
  const reader = new BinaryReader(bytes);
  if (reader.tag()[0] !== 2) throw new Error("No Status");
  const message = reader.string();
  if (reader.pos !== bytes.length) throw new Error("More than a message");
  return message;
};

/** What an `ExportTraceServiceResponse` says. */
export const partialSuccessOf = (bytes: Uint8Array): { rejected: number; reason: string } => {
  if (bytes.length === 0) return { rejected: 0, reason: "" };
  const reader = new BinaryReader(bytes);
  if (reader.tag()[0] !== 1) throw new Error("No partial success");
  const inner = new BinaryReader(reader.bytes());
  inner.tag();
  const rejected = Number(inner.int64());
  inner.tag();
  return { rejected, reason: inner.string() };
};
