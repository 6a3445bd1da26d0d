/** What the two encodings allow, and what they hold exactly. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { BinaryWriter, WireType } from "../../src/deps/protobuf.ts";
import { readJson } from "../../src/http/otlp/json.ts";
import { limitsOf } from "../../src/http/otlp/limits.ts";
import { readProtobuf } from "../../src/http/otlp/protobuf.ts";
import type { AnyValue, SentSpan, Traces } from "../../src/http/otlp/traces.ts";
import { output } from "../process.ts";
import { type Message, protobufOf } from "./encoding.ts";
import { spanWith, tracesOf } from "./receiver.ts";

const LIMITS = limitsOf(2 ** 20);

const ofBytes = (bytes: Uint8Array): Traces | string => {
  const read = readProtobuf(bytes, LIMITS);
  return read._tag === "Left" ? read.left.message : read.right;
};

const ofText = (text: string): Traces | string => {
  const read = readJson(new TextEncoder().encode(text), LIMITS);
  return read._tag === "Left" ? read.left.message : read.right;
};

const onlySpan = (traces: Traces | string): SentSpan | undefined =>
  typeof traces === "string" ? undefined : traces.resourceSpans[0]?.scopeSpans[0]?.spans[0];

const valueOf = (traces: Traces | string): AnyValue | undefined =>
  onlySpan(traces)?.attributes[0]?.value;

/** A field with embedded bytes. */
const field = (number: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const writer = new BinaryWriter().tag(number, WireType.LengthDelimited).fork();
  for (const part of parts) writer.raw(part);
  return writer.join().finish();
};

const text = (number: number, value: string): Uint8Array =>
  new BinaryWriter().tag(number, WireType.LengthDelimited).string(value).finish();

Deno.test("OTLP protobuf: unknown fields are skipped, and those of another wire type", () => {
  const unknown = new BinaryWriter()
    .tag(99, WireType.Varint).int64("-1")
    .tag(100, WireType.Bit64).double(1)
    .tag(101, WireType.Bit32).fixed32(1)
    .tag(102, WireType.LengthDelimited).string("more")
    .tag(103, WireType.StartGroup).tag(1, WireType.Varint).bool(true).tag(103, WireType.EndGroup)
    // The name, the kind and the start, each as something else.
    .tag(5, WireType.Varint).int64("7")
    .tag(6, WireType.LengthDelimited).string("kind")
    .tag(7, WireType.Varint).int64("7")
    .finish();
  const span = onlySpan(
    ofBytes(
      Uint8Array.from([
        ...field(1, field(2, field(2, unknown, text(5, "step"), unknown), unknown), unknown),
        ...unknown,
      ]),
    ),
  );
  assertEquals([span?.name, span?.kind, span?.startTimeUnixNano], ["step", 0, 0n]);
});

Deno.test("OTLP protobuf: a message in parts is merged, lists go on, the last scalar counts", () => {
  const attribute = (key: string, ...value: readonly Uint8Array[]) =>
    field(1, text(1, key), ...value.map((it) => field(2, it)));
  const traces = ofBytes(field(
    1,
    field(1, attribute("a", text(1, "first"), text(1, "last"))),
    field(2, field(1, text(1, "name")), field(1, text(2, "version"))),
    field(
      1,
      attribute("b", field(5, field(1, text(1, "x"))), field(5, field(1, text(1, "y")))),
      attribute("c", field(5, field(1, text(1, "x"))), text(1, "no array")),
    ),
  ));
  const resource = typeof traces === "string" ? undefined : traces.resourceSpans[0];
  const string = (value: string) => ({ _tag: "string" as const, value });
  assertEquals(resource?.resource.attributes, [
    { key: "a", value: string("last") },
    { key: "b", value: { _tag: "array", values: [string("x"), string("y")] } },
    { key: "c", value: string("no array") },
  ]);
  assertEquals(resource?.scopeSpans[0]?.scope, {
    name: "name",
    version: "version",
    attributes: [],
  });
});

Deno.test("OTLP protobuf: lengths that lie → unable to parse", () => {
  const whole = protobufOf(
    tracesOf([], spanWith("01", { events: [{ name: "e", timeUnixNano: "5" }] })),
  );
  // A field ends at the end of the body, so that each shorter one lacks a part.
  for (let length = 1; length < whole.length; length++) {
    assertStringIncludes(String(ofBytes(whole.slice(0, length))), "Unable to parse");
  }
  // An embedded message that is shorter than the field in it.
  const span = text(5, "a name that is long");
  const lying = new BinaryWriter().tag(2, WireType.LengthDelimited).uint32(4).raw(span).finish();
  assertStringIncludes(String(ofBytes(field(1, field(2, lying)))), "Unable to parse");
});

Deno.test("OTLP protobuf: bytes that are no UTF-8 cost a letter, not the batch", () => {
  const cut = new TextEncoder().encode("né").slice(0, -1);
  const span = onlySpan(ofBytes(field(1, field(2, field(2, field(5, cut))))));
  assertEquals(span?.name, "n\uFFFD");
});

const nested = (levels: number): Message =>
  levels === 0 ? { intValue: "1" } : { arrayValue: { values: [nested(levels - 1)] } };

const withValue = (value: Message): Message =>
  tracesOf([], spanWith("01", { attributes: [{ key: "k", value }] }));

Deno.test("OTLP: values nest some 50 levels, and no deeper", () => {
  for (
    const read of [
      (it: Message) => ofBytes(protobufOf(it)),
      (it: Message) => ofText(JSON.stringify(it)),
    ]
  ) {
    assertEquals(valueOf(read(withValue(nested(45))))?._tag, "array");
    assertStringIncludes(String(read(withValue(nested(60)))), "Unable to parse");
  }
  const deep = `${'{"a":['.repeat(100_000)}`;
  assertStringIncludes(String(ofText(deep)), "Unable to parse");
  const flat = `{"x":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
  assertEquals(typeof ofText(flat), "object");
});

Deno.test("OTLP: integers of 64 bits are read exactly", () => {
  for (
    const digits of ["0", "-1", "9007199254740993", "9223372036854775807", "-9223372036854775808"]
  ) {
    const expected: AnyValue = { _tag: "int", value: BigInt(digits) };
    assertEquals(valueOf(ofBytes(protobufOf(withValue({ intValue: digits })))), expected);
    assertEquals(valueOf(ofText(JSON.stringify(withValue({ intValue: digits })))), expected);
    const bare = JSON.stringify(withValue({ intValue: "#" })).replace('"#"', digits);
    assertEquals(valueOf(ofText(bare)), expected);
  }
});

Deno.test("OTLP JSON: a whole number beyond 64 bits is the double that a JavaScript exporter means", () => {
  for (const value of [1e19, -1e19, 2 ** 64, 1e300, Number.MAX_VALUE]) {
    const expected: AnyValue = { _tag: "double", value };
    assertEquals(valueOf(ofText(JSON.stringify(withValue({ intValue: value })))), expected);
  }
});

Deno.test("OTLP: times are read exactly, as texts and as numbers", () => {
  for (const digits of ["1700000001500000001", "18446744073709551615"]) {
    const traces = JSON.stringify(tracesOf([], spanWith("01", { startTimeUnixNano: digits })));
    assertEquals(onlySpan(ofText(traces))?.startTimeUnixNano, BigInt(digits));
    const bare = traces.replace(`"${digits}"`, digits);
    assertEquals(onlySpan(ofText(bare))?.startTimeUnixNano, BigInt(digits));
  }
});

Deno.test("OTLP JSON: a long run of digits in a text stays a text", () => {
  const stringValue = "[1700000001500000001, 12345678901234567890]";
  const traces = JSON.stringify(withValue({ stringValue }));
  assertEquals(valueOf(ofText(traces)), { _tag: "string", value: stringValue });
});

Deno.test("OTLP JSON: null and absent are the default, unknown keys are ignored, hex is hex of any case", () => {
  const span = onlySpan(ofText(JSON.stringify({
    more: 1,
    resourceSpans: [{
      resource: null,
      entityRefs: [],
      scopeSpans: [{
        scope: null,
        spans: [{
          traceId: "0AF7",
          parentSpanId: null,
          name: null,
          events: null,
          status: null,
          flags: 257,
          attributes: [{ key: "k", value: null }, { key: null }, { key: "u", value: { new: 1 } }],
        }],
      }],
    }],
  })));
  const none: AnyValue = { _tag: "none" };
  assertEquals(span, {
    traceId: "0af7",
    spanId: "",
    traceState: "",
    parentSpanId: "",
    name: "",
    kind: 0,
    startTimeUnixNano: 0n,
    endTimeUnixNano: 0n,
    attributes: [{ key: "k", value: none }, { key: "", value: none }, { key: "u", value: none }],
    events: [],
    links: [],
    status: { message: "", code: 0 },
  });
});

Deno.test("OTLP JSON: bytes in either alphabet of base64, doubles also as texts", () => {
  const value = (it: Message) => valueOf(ofText(JSON.stringify(withValue(it))));
  for (const bytesValue of ["+/8=", "-_8", "-_8="]) {
    assertEquals(value({ bytesValue }), { _tag: "bytes", value: "fbff" });
  }
  assertEquals(value({ doubleValue: "1e3" }), { _tag: "double", value: 1000 });
  assertEquals(value({ doubleValue: "NaN" }), { _tag: "double", value: NaN });
});

Deno.test("OTLP JSON: what does not fit → unable to parse, with its place", () => {
  const at = "resourceSpans[0].scopeSpans[0].spans[0]";
  for (
    const [key, value] of Object.entries({
      traceId: "no hex",
      name: 1,
      kind: "SPAN_KIND_CLIENT",
      startTimeUnixNano: "-1",
      endTimeUnixNano: "18446744073709551616",
      events: {},
      links: [1],
      status: [],
      attributes: [{ key: "k", value: { intValue: "1.5" } }],
    })
  ) {
    const reason = String(ofText(JSON.stringify(tracesOf([], spanWith("01", { [key]: value })))));
    assertStringIncludes(reason, `Unable to parse: ${at}.${key}`);
  }
  for (
    const value of [
      { intValue: "9223372036854775808" },
      { intValue: true },
      { stringValue: 1 },
      { boolValue: "true" },
      { doubleValue: "x" },
      { bytesValue: "!" },
      { arrayValue: [] },
      { kvlistValue: { values: {} } },
    ]
  ) {
    assertStringIncludes(String(ofText(JSON.stringify(withValue(value)))), "Unable to parse");
  }
});

Deno.test("OTLP: the reader makes no code of texts, so that it runs where that is forbidden", async () => {
  const lines = await output({
    script: new URL("./without_code_generation.ts", import.meta.url),
    flags: ["--allow-all", "--v8-flags=--disallow-code-generation-from-strings"],
  });
  assertEquals(lines, ["forbidden", "200 1"]);
});
