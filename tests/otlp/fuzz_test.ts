/** Payloads that went wrong: each gets an answer of its kind, and the store goes on. */

import { JsonTraceSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { RESOURCE_ATTRIBUTE, Span } from "../../mod.ts";
import { compressed, ENCODINGS, receiver, TYPES } from "./receiver.ts";
import { spansOfProgram, step } from "./sdk_spans.ts";

/** How many payloads. */
const RUNS = Number(Deno.env.get("OTLP_FUZZ") ?? 300);

/** What happens to a payload, at a place between 0 and 1. */
interface Mutation {
  readonly what: "flip" | "set" | "cut" | "remove" | "repeat" | "insert";
  readonly at: number;
  readonly byte: number;
  readonly length: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  what: fc.constantFrom("flip", "set", "cut", "remove", "repeat", "insert"),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  byte: fc.integer({ min: 0, max: 255 }),
  length: fc.integer({ min: 1, max: 40 }),
});

const mutated = (
  body: Uint8Array<ArrayBuffer>,
  { what, at, byte, length }: Mutation,
): Uint8Array<ArrayBuffer> => {
  const from = Math.min(body.length, Math.floor(at * body.length));
  const [head, tail] = [body.slice(0, from), body.slice(from)];
  const part = body.slice(from, from + length);
  switch (what) {
    case "flip":
      return joined(head, tail.slice(0, 1).map((it) => it ^ (1 << byte % 8)), tail.slice(1));
    case "set":
      return joined(head, new Uint8Array(Math.min(1, tail.length)).fill(byte), tail.slice(1));
    case "cut":
      return head;
    case "remove":
      return joined(head, tail.slice(length));
    case "repeat":
      return joined(head, part, tail);
    case "insert":
      return joined(head, new Uint8Array(length).fill(byte), tail);
  }
};

const joined = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

Deno.test(`OTLP: ${RUNS} mutated payloads are answered, never by a failure of the server`, async () => {
  const { post, start, spans, send } = receiver({ maxBytes: 2 ** 20 });
  const ids = await start();
  const resource = {
    [RESOURCE_ATTRIBUTE.rollout_id]: ids.rollout_id,
    [RESOURCE_ATTRIBUTE.attempt_id]: ids.attempt_id,
  };
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(
      step,
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...ENCODINGS),
      fc.constantFrom("before", "after", null),
      async (program, mutations, encoding, gzip) => {
        const serializer = encoding === "json" ? JsonTraceSerializer : ProtobufTraceSerializer;
        const whole = joined(
          serializer.serializeRequest([...spansOfProgram(program, resource)]) ?? new Uint8Array(),
        );
        const broken = mutations.reduce(
          mutated,
          gzip === "before" ? await compressed(whole) : whole,
        );
        const answer = await post(gzip === "after" ? await compressed(broken) : broken, {
          "content-type": TYPES[encoding],
          ...gzip === null ? {} : { "content-encoding": "gzip" },
        });
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        assert([200, 400, 413].includes(answer.status), answer.reason);
        assertEquals(answer.headers.get("content-type"), TYPES[encoding]);
        assertEquals(answer.reason === "", answer.status === 200 && answer.rejected === 0);
      },
    ),
    { numRuns: RUNS },
  );
  // Some of each, or the payloads are no good.
  assert((statuses.get(200) ?? 0) > 0 && (statuses.get(400) ?? 0) > 0, String([...statuses]));
  assert((await spans(ids)).every(Span.is));
  assertEquals((await send("json", {})).status, 200);
});
