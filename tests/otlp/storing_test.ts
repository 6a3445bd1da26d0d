/** Which spans of a request are stored, by how many calls, and what the sender is told of the rest. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { createStore, memory, RESOURCE_ATTRIBUTE } from "../../mod.ts";
import { E, TE } from "../../src/deps/fp.ts";
import { backendError, invalidArgument } from "../../src/model/errors.ts";
import type { Message } from "./encoding.ts";
import { ENCODINGS, numbered, place, receiver, spanWith, tracesOf } from "./receiver.ts";

const several = (count: number, fields: (i: number) => Message = () => ({})): readonly Message[] =>
  Array.from(
    { length: count },
    (_, i) => spanWith(String(10_000 + i).padStart(16, "0"), fields(i)),
  );

Deno.test("OTLP: 50 spans of one attempt cost one call, and get their numbers in order", async () => {
  const { send, start, spans, adds } = receiver();
  const ids = await start();
  const { rejected } = await send("protobuf", tracesOf(place(ids), ...several(50)));
  assertEquals([rejected, adds()], [0, 1]);
  assertEquals(
    (await spans(ids)).map(({ sequence_id }) => sequence_id),
    Array.from({ length: 50 }, (_, i) => i + 1),
  );
});

Deno.test("OTLP: spans of many attempts cost one call as well", async () => {
  const { send, start, spans, adds } = receiver();
  const all = [await start(), await start(), await start()];
  const { rejected } = await send("json", {
    resourceSpans: all.map((ids) => ({
      resource: { attributes: place(ids) },
      scopeSpans: [{ spans: several(4) }, { spans: [spanWith("99")] }],
    })),
  });
  assertEquals([rejected, adds()], [0, 1]);
  for (const ids of all) assertEquals((await spans(ids)).length, 5);
});

Deno.test("OTLP: an empty request, and one without spans that could be stored, cost none", async () => {
  const { send, adds } = receiver();
  for (const encoding of ENCODINGS) {
    await send(encoding, {});
    await send(encoding, tracesOf([], ...several(3)));
  }
  assertEquals(adds(), 0);
});

Deno.test("OTLP: one unknown attempt alone costs one call, whatever the number of its spans", async () => {
  const { send, start, adds } = receiver();
  const { rollout_id } = await start();
  for (const attempt_id of ["at-none", "latest"]) {
    const before = adds();
    const answer = await send(
      "json",
      tracesOf(place({ rollout_id, attempt_id }), ...several(20)),
    );
    assertEquals([answer.status, answer.rejected, adds() - before], [200, 20, 1]);
    assertEquals(answer.reason, `Attempt ${attempt_id} not found for rollout ${rollout_id}`);
  }
});

Deno.test("OTLP: the first rejected span of the request tells the reason, and rejected spans take no numbers", async () => {
  const backed = createStore(memory());
  const { send, start, spans, adds, store } = receiver({}, {
    ...backed,
    // As an engine that does not hold spans of any size.
    addManySpans: (args) => {
      const huge = args.spans.find(({ name }) => name.startsWith("huge"));
      return huge === undefined
        ? backed.addManySpans(args)
        : TE.left(invalidArgument("span", `expected a smaller one, got ${huge.name}`));
    },
  });
  const ids = await start();
  const unknown = { attributes: place({ rollout_id: "ro-none", attempt_id: "at-none" }) };
  const answer = await send(
    "json",
    tracesOf(
      place(ids),
      spanWith("01"),
      spanWith("02", { name: "huge 2" }),
      spanWith("03", unknown),
      spanWith("04", { name: "huge 4" }),
      spanWith("05"),
    ),
  );
  assertEquals([answer.status, answer.rejected], [200, 3]);
  assertEquals(
    answer.reason,
    "Span 0000000000000002: span: expected a smaller one, got huge 2",
  );
  assertEquals(
    (await spans(ids)).map(({ span_id, sequence_id }) => [Number(span_id), sequence_id]),
    [[1, 1], [5, 2]],
  );
  assertEquals(await store.getNextSpanSequenceId(ids), 3);
  // All at once; each of the two attempts; the four spans of the one that is there.
  assertEquals(adds(), 1 + 2 + 4);
});

Deno.test("OTLP: a failure of the store → 503 with Retry-After, and nothing of its words", async () => {
  const secret = "mongodb://user:secret@host";
  const healthy = createStore(memory());
  const { send, start } = receiver({}, {
    ...healthy,
    addManySpans: () => () => Promise.resolve(E.left(backendError(secret, new Error(secret)))),
  });
  const ids = await start();
  for (const encoding of ENCODINGS) {
    const answer = await send(encoding, tracesOf(place(ids), spanWith("01")));
    assertEquals([answer.status, answer.headers.get("retry-after")], [503, "1"]);
    assertEquals(answer.reason, "The store cannot be reached; send the spans again");
  }
});

Deno.test("OTLP: what was stored before the store failed is no obstacle to sending again", async () => {
  const healthy = createStore(memory(), { log: () => {} });
  let calls = 0;
  const { send, start, spans } = receiver({}, {
    ...healthy,
    // The second of the calls for one attempt each.
    addManySpans: (args) =>
      ++calls === 3
        ? () => Promise.resolve(E.left(backendError("cut", null)))
        : healthy.addManySpans(args),
  });
  const [one, other] = [await start(), await start()];
  const traces = tracesOf(
    [],
    spanWith("01", { attributes: place(one) }),
    spanWith("02", { attributes: place(other) }),
    spanWith("03", { attributes: place({ rollout_id: "ro-none", attempt_id: "at-none" }) }),
  );
  assertEquals((await send("json", traces)).status, 503);
  assertEquals([(await spans(one)).length, (await spans(other)).length], [1, 0]);
  const again = await send("json", traces);
  assertEquals([again.status, again.rejected], [200, 1]);
  assertEquals([(await spans(one)).length, (await spans(other)).length], [1, 1]);
});

Deno.test("OTLP: a store that breaks its word and rejects → 500", async () => {
  const { send, start } = receiver({}, {
    ...createStore(memory()),
    addManySpans: () => () => Promise.reject(new Error("secret")),
  });
  const answer = await send("protobuf", tracesOf(place(await start()), spanWith("01")));
  assertEquals([answer.status, answer.reason], [500, "Internal server error"]);
});

Deno.test("OTLP: spans are a sign of life of their attempt", async () => {
  const { send, start, store } = receiver();
  const ids = await start();
  await send("protobuf", tracesOf(place(ids), spanWith("01")));
  assertEquals((await store.getRolloutById(ids))?.status, "running");
});

Deno.test("OTLP: ids and numbers that are no texts count by their text", async () => {
  const { send, store } = receiver();
  const answer = await send(
    "json",
    tracesOf([
      { key: RESOURCE_ATTRIBUTE.rollout_id, value: { intValue: "12345678901234567" } },
      { key: RESOURCE_ATTRIBUTE.attempt_id, value: { boolValue: true } },
    ], spanWith("01")),
  );
  assertEquals(answer.reason, "Rollout 12345678901234567 not found");
  assertEquals((await store.statistics()).total_spans, 0);
});

Deno.test("OTLP: no number and no name is a reason to lose a span", async () => {
  const { send, spans, start } = receiver();
  const ids = await start();
  const far = ["1795826913464604200", "9".repeat(19), "9".repeat(30), "9".repeat(400)];
  for (const [i, text] of far.entries()) {
    const span = spanWith(`0${i}`, { name: "a\0b" });
    const { rejected } = await send("protobuf", tracesOf([...place(ids), numbered(text)], span));
    assertEquals(rejected, 0);
  }
  const last = 2 ** 63 - 1024;
  assertEquals((await spans(ids)).map(({ name, sequence_id }) => [name, sequence_id]), [
    ["a\ufffdb", 1_795_826_913_464_604_160],
    ["a\ufffdb", last],
    ["a\ufffdb", last],
    ["a\ufffdb", 2 ** 52 + 1],
  ]);
});

Deno.test("OTLP: a reason stays short, whatever it is about", async () => {
  const { send } = receiver();
  const answer = await send(
    "protobuf",
    tracesOf(place({ rollout_id: "x".repeat(100_000), attempt_id: "y" }), spanWith("01")),
  );
  assertStringIncludes(answer.reason, "xxx...");
  assertEquals(answer.reason.length < 1100, true);
});
