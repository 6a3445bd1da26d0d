/** The cases of the wire specification that are about traces, in both encodings. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { AttributeValue, decode, RESOURCE_ATTRIBUTE } from "../../mod.ts";
import { type Message, protobufOf } from "./encoding.ts";
import {
  compressed,
  type Encoding,
  ENCODINGS,
  numbered,
  place,
  type Receiver,
  receiver,
  spanWith,
  texts,
  tracesOf,
  TYPES,
} from "./receiver.ts";

/** A case that holds for both encodings. */
const both = (
  name: string,
  run: (it: Receiver, encoding: Encoding) => Promise<void>,
): void => {
  for (const encoding of ENCODINGS) {
    Deno.test(`wire ${name} (${encoding})`, () => run(receiver(), encoding));
  }
};

Deno.test("wire C85: empty body, protobuf type → 200, zero bytes, type `application/x-protobuf`; with `; charset=utf-8` → same", async () => {
  const { post } = receiver();
  for (
    const type of [
      TYPES.protobuf,
      "application/x-protobuf; charset=utf-8",
      "Application/X-Protobuf",
    ]
  ) {
    for (const body of [null, new Uint8Array()]) {
      const { status, bytes, headers } = await post(body, { "content-type": type });
      assertEquals([status, bytes.length, headers.get("content-type")], [200, 0, TYPES.protobuf]);
    }
  }
});

Deno.test("wire C86: JSON type `{}` → 200 `{}`; other types → 415 with `Unsupported Content-Type` and the type", async () => {
  const { post } = receiver();
  for (const type of [TYPES.json, "APPLICATION/JSON;charset=UTF-8"]) {
    const { status, bytes, headers } = await post("{}", { "content-type": type });
    assertEquals([status, headers.get("content-type")], [200, TYPES.json]);
    assertEquals(new TextDecoder().decode(bytes), "{}");
  }
  for (const type of ["text/plain", "application/x-protobuf2", "text/json"]) {
    const { status, reason } = await post("{}", { "content-type": type });
    assertEquals(status, 415);
    assertStringIncludes(reason, "Unsupported Content-Type");
    assertStringIncludes(reason, type);
  }
  const { status, reason } = await post("{}");
  assertEquals([status, reason], [415, "Unsupported Content-Type: none"]);
});

both(
  "C87: garbage → 400, Status message contains `Unable to parse`",
  async ({ post }, encoding) => {
    for (const body of ["garbage", "{", "[]", "\u0000", "not protobuf", '{"resourceSpans":1}']) {
      const { status, reason, headers } = await post(body, { "content-type": TYPES[encoding] });
      assertEquals([status, headers.get("content-type")], [400, TYPES[encoding]]);
      assertStringIncludes(reason, "Unable to parse");
    }
  },
);

both(
  "C88: gzip body → stored; `Accept-Encoding: gzip;q=0.9,br` → answer with valid body in the declared encoding",
  async ({ post, start, spans }, encoding) => {
    const ids = await start();
    const traces = tracesOf(place(ids), spanWith("01"));
    const body = encoding === "json"
      ? new TextEncoder().encode(JSON.stringify(traces))
      : protobufOf(traces);
    const answer = await post(await compressed(body), {
      "content-type": TYPES[encoding],
      "content-encoding": "gzip",
      "accept-encoding": "gzip;q=0.9,br",
    });
    assertEquals([answer.status, answer.rejected], [200, 0]);
    assertEquals(answer.headers.get("content-encoding"), null);
    assertEquals((await spans(ids)).length, 1);
  },
);

both(
  'C89: one span without number → next number of the rollout; span-level `agentlightning.span_sequence_id` `"30"` beats resource-level 20; negative or `"zz"` → allocated',
  async ({ send, start, spans, store }, encoding) => {
    const ids = await start();
    await store.getNextSpanSequenceId(ids);
    await send(encoding, tracesOf(place(ids), spanWith("01")));
    const twenty = { key: RESOURCE_ATTRIBUTE.span_sequence_id, value: { intValue: "20" } };
    await send(
      encoding,
      tracesOf(
        [...place(ids), twenty],
        spanWith("02", { attributes: [numbered("30")] }),
        spanWith("03"),
      ),
    );
    await send(
      encoding,
      tracesOf(
        place(ids),
        ...["-1", "zz", "3.7", "", "_6", "6__2", "0", " 61 ", "+6_2"].map((text, i) =>
          spanWith(`1${i}`, { attributes: [numbered(text)] })
        ),
        spanWith("20", {
          attributes: [{ key: RESOURCE_ATTRIBUTE.span_sequence_id, value: { doubleValue: 3 } }],
        }),
        spanWith("21", {
          attributes: [{ key: RESOURCE_ATTRIBUTE.span_sequence_id, value: { boolValue: true } }],
        }),
      ),
    );
    assertEquals(
      (await spans(ids)).map(({ sequence_id }) => sequence_id),
      [2, 30, 20, 31, 32, 33, 34, 35, 36, 0, 61, 62, 63, 64],
    );
  },
);

both(
  "C90: span-level rollout and attempt ids beat resource-level ones; the resource attributes stay as sent",
  async ({ send, start, spans }, encoding) => {
    const [one, other] = [await start(), await start()];
    const { rejected } = await send(
      encoding,
      tracesOf(place(one), spanWith("01", { attributes: place(other) }), spanWith("02")),
    );
    assertEquals(rejected, 0);
    assertEquals((await spans(one)).map(({ span_id }) => span_id), ["0000000000000002"]);
    const [span] = await spans(other);
    const attributes = (ids: typeof one) => ({
      [RESOURCE_ATTRIBUTE.rollout_id]: ids.rollout_id,
      [RESOURCE_ATTRIBUTE.attempt_id]: ids.attempt_id,
    });
    assertEquals(span?.resource, { attributes: attributes(one), schema_url: "" });
    assertEquals(span?.attributes, attributes(other));
  },
);

both(
  "C91: no ids → 200, nothing stored; `partial_success.rejected_spans` 1",
  async ({ send, start, store }, encoding) => {
    const { rollout_id } = await start();
    for (const attributes of [[], texts({ [RESOURCE_ATTRIBUTE.rollout_id]: rollout_id })]) {
      const answer = await send(encoding, tracesOf(attributes, spanWith("01")));
      assertEquals([answer.status, answer.rejected], [200, 1]);
      assertStringIncludes(answer.reason, "agentlightning.");
    }
    assertEquals((await store.statistics()).total_spans, 0);
  },
);

both(
  "C92: one good span, one with an unknown rollout → 200, good one stored, `rejected_spans` 1",
  async ({ send, start, spans }, encoding) => {
    const ids = await start();
    const unknown = place({ rollout_id: "ro-none", attempt_id: "at-none" });
    const answer = await send(
      encoding,
      tracesOf(place(ids), spanWith("01", { attributes: unknown }), spanWith("02")),
    );
    assertEquals([answer.status, answer.rejected], [200, 1]);
    assertEquals(answer.reason, "Rollout ro-none not found");
    assertEquals((await spans(ids)).map(({ span_id }) => span_id), ["0000000000000002"]);
  },
);

both(
  "C93: attributes with a map, a mixed list, a valueless entry → 200, stored, every attribute legal on R24",
  async ({ send, start, spans }, encoding) => {
    const ids = await start();
    const list = (...values: readonly Message[]) => ({ arrayValue: { values } });
    const map = (values: Message) => ({
      kvlistValue: { values: Object.entries(values).map(([key, value]) => ({ key, value })) },
    });
    const one = { intValue: "1" };
    const a = { stringValue: "a" };
    const attributes = Object.entries({
      text: a,
      flag: { boolValue: false },
      count: { intValue: "-7" },
      half: { doubleValue: 0.5 },
      nan: { doubleValue: "NaN" },
      minus: { doubleValue: "-Infinity" },
      bytes: { bytesValue: "AP8=" },
      none: {},
      empty: list(),
      texts: list(a, { stringValue: "b" }),
      numbers: list(one, { doubleValue: 1.5 }),
      flags: list({ boolValue: true }),
      mixed: list(one, a, {}),
      nested: list(list(one), list(a)),
      maps: list(map({ k: one })),
      map: map({ sub: one, deep: map({ er: a }), list: list(one, a), none: {}, empty: map({}) }),
      __proto__: one,
    }).concat([["__proto__", one]]).map(([key, value]) => ({ key, value }));
    const answer = await send(
      encoding,
      tracesOf(
        [...place(ids), ...attributes],
        spanWith("01", {
          attributes,
          events: [{ timeUnixNano: "5", name: "e", attributes }],
          links: [{ traceId: "01", spanId: "02", attributes }],
        }),
      ),
    );
    assertEquals([answer.status, answer.rejected], [200, 0]);
    const [span] = await spans(ids);
    const stored = JSON.parse(`{
    "text": "a", "flag": false, "count": -7, "half": 0.5, "nan": "NaN", "minus": "-Infinity",
    "bytes": "00ff", "empty": [], "texts": ["a", "b"], "numbers": [1, 1.5], "flags": [true],
    "mixed": "[1,\\"a\\",null]", "nested": "[[1],[\\"a\\"]]", "maps": "[{\\"k\\":1}]",
    "map.sub": 1, "map.deep.er": "a", "map.list": "[1,\\"a\\"]", "map.empty": "{}",
    "__proto__": 1
  }`);
    assertEquals(span?.attributes, stored);
    assertEquals(span?.events[0]?.attributes, stored);
    assertEquals(span?.links[0]?.attributes, stored);
    for (const value of Object.values(span?.resource.attributes ?? {})) {
      assertEquals(decode(AttributeValue, value)._tag, "Right");
    }
  },
);

both(
  "C94: ids of 1 byte → left-padded hex; times 0 → null; 1700000001500000000 → 1700000001.5; status 7 → `UNSET`; empty link attributes → null",
  async ({ send, start, spans }, encoding) => {
    const ids = await start();
    await send(
      encoding,
      tracesOf(
        place(ids),
        {
          traceId: "0f",
          spanId: "0e",
          parentSpanId: "0d",
          traceState: "a=1, b = 2,rest",
          name: "step",
          kind: 3,
          startTimeUnixNano: "0",
          endTimeUnixNano: "1700000001500000000",
          events: [
            { timeUnixNano: "1700000001000001000", name: "nanoseconds" },
            { timeUnixNano: "1000000000000", name: "seconds" },
            { name: "never" },
          ],
          links: [{ traceId: "0c", spanId: "0b", traceState: "c=3" }],
          status: { code: 7, message: "" },
        },
        { name: "bare" },
      ),
    );
    const [span, bare] = await spans(ids);
    const [trace_id, span_id] = ["f".padStart(32, "0"), "e".padStart(16, "0")];
    assertEquals(span, {
      ...span,
      trace_id,
      span_id,
      parent_id: "d".padStart(16, "0"),
      start_time: null,
      end_time: 1700000001.5,
      status: { status_code: "UNSET", description: null },
      events: [
        { name: "nanoseconds", attributes: {}, timestamp: 1700000001.000001 },
        { name: "seconds", attributes: {}, timestamp: 1e12 },
        { name: "never", attributes: {}, timestamp: null },
      ],
      links: [{
        context: {
          trace_id: "c".padStart(32, "0"),
          span_id: "b".padStart(16, "0"),
          is_remote: false,
          trace_state: { c: "3" },
        },
        attributes: null,
      }],
      context: { trace_id, span_id, is_remote: false, trace_state: { a: "1", b: "2" } },
      parent: null,
      kind: "SpanKind.CLIENT",
    });
    assertEquals(
      [bare?.trace_id, bare?.span_id, bare?.parent_id, bare?.start_time],
      ["0".repeat(32), "0".repeat(16), null, null],
    );
  },
);

both(
  "C95: the same span twice → 200 both times, stored once",
  async ({ send, start, spans }, encoding) => {
    const ids = await start();
    const traces = tracesOf(place(ids), spanWith("01"), spanWith("01"));
    for (let i = 0; i < 2; i++) {
      const { status, rejected } = await send(encoding, traces);
      assertEquals([status, rejected], [200, 0]);
    }
    assertEquals((await spans(ids)).length, 1);
  },
);
