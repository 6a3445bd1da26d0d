/** Bodies that are too large, lie about their length, come slowly or never, or swell. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openStore } from "../../mod.ts";
import { compressed, TYPES } from "../otlp/receiver.ts";
import { attackTest } from "./attack.ts";
import { isWork } from "./bystander.ts";
import { connect, exchange, head } from "./raw.ts";

const MIB = 2 ** 20;

const JSON_TYPE = "content-type: application/json";

const startOf = (...headers: readonly string[]): string =>
  head("POST /v1/agl/rollouts", "host: localhost", JSON_TYPE, ...headers);

/** Each place that takes a body, as the line and the headers of a request. */
const PLACES: readonly (readonly [line: string, ...headers: readonly string[]])[] = [
  ["POST /v1/agl/rollouts", JSON_TYPE],
  ["POST /v1/traces", JSON_TYPE],
  ["POST /v1/traces", `content-type: ${TYPES.protobuf}`],
  ["POST /v1/traces", `content-type: ${TYPES.protobuf}`, "content-encoding: gzip"],
];

attackTest(
  "a length past the limit is refused unread",
  ["--max-body-bytes", "1000"],
  async (at) => {
    for (const [line, ...headers] of PLACES) {
      for (const length of ["1001", "1000000000000"]) {
        const sent = head(line, "host: localhost", ...headers, `content-length: ${length}`);
        assertEquals((await exchange(at, sent)).status, 413, line);
      }
    }
  },
);

attackTest("chunks past the limit are refused", ["--max-body-bytes", "1000"], async (at) => {
  for (const [line, ...headers] of PLACES.slice(0, 3)) {
    const sent = head(line, "host: localhost", ...headers, "transfer-encoding: chunked");
    const chunk = `200\r\n${"x".repeat(0x200)}\r\n`;
    // Without an end: whoever waits for it waits in vain.
    assertEquals((await exchange(at, sent, chunk, chunk)).status, 413, line);
  }
});

attackTest("a chunk larger than any memory begins, and is cut off", [], async (at) => {
  const answer = await exchange(at, startOf("transfer-encoding: chunked"), "F".repeat(20), "\r\nx");
  assert(answer.status === null || answer.status === 400, answer.text);
});

attackTest("a length shorter than the body takes so much of it", [], async (at) => {
  const hidden = head("POST /v1/agl/workers/smuggled", "host: localhost", "content-length: 0");
  const answer = await exchange(at, startOf("content-length: 11"), `{"input":1}`, hidden);
  assertEquals(answer.status, 201);
  assertEquals((await (await openStore(at)).queryWorkers({ status_in: ["unknown"] })).total, 0);
});

attackTest(
  "bodies that never come to their end are answered 408, and others are served meanwhile",
  // What waits for its body is not in work.
  ["--max-body-seconds", "1", "--max-requests", "10"],
  async (at) => {
    await Promise.all(
      PLACES.flatMap(([line, ...headers]) =>
        Array.from({ length: 25 }, async () => {
          await using connection = await connect(at);
          await connection.send(
            head(line, "host: localhost", ...headers, "content-length: 100"),
            "{",
          );
          const { status, text } = await connection.answer();
          assertEquals(status, 408, line);
          assertStringIncludes(text, "longer than 1 seconds");
        })
      ),
    );
  },
);

attackTest(
  "a body that drips has no more time than one that stands still",
  ["--max-body-seconds", "1"],
  async (at) => {
    await using connection = await connect(at);
    await connection.send(startOf("content-length: 1000000"));
    const drip = setInterval(() => connection.send(" "), 10);
    const { status } = await connection.answer();
    clearInterval(drip);
    assertEquals(status, 408);
  },
);

attackTest("a client that goes away in the middle of its body leaves nothing", [], async (at) => {
  for (let i = 0; i < 50; i++) {
    await using connection = await connect(at);
    await connection.send(startOf("content-length: 100"), `{"input":`);
  }
  const { items } = await (await openStore(at)).queryRollouts();
  assertEquals(items.filter(({ input }) => !isWork(input)), []);
});

attackTest("a gzip bomb is refused as soon as it is too large", [], async (at) => {
  const bomb = await compressed(new Uint8Array(200 * MIB));
  assert(bomb.length < MIB);
  for (const type of Object.values(TYPES)) {
    const answer = await fetch(`${at}/v1/traces`, {
      method: "POST",
      headers: { "content-type": type, "content-encoding": "gzip" },
      body: bomb,
    });
    assertEquals(answer.status, 413);
    await answer.body?.cancel();
  }
});

attackTest("the JSON API expands nothing", [], async (at) => {
  const answer = await fetch(`${at}/v1/agl/rollouts`, {
    method: "POST",
    headers: { "content-type": "application/json", "content-encoding": "gzip" },
    body: await compressed(new TextEncoder().encode(`{"input":"${" ".repeat(MIB)}"}`)),
  });
  assertEquals([answer.status, await answer.json()], [400, { detail: "The body is not UTF-8" }]);
});

attackTest("traces of noise are refused", [], async (at) => {
  for (let i = 0; i < 300; i++) {
    const answer = await fetch(`${at}/v1/traces`, {
      method: "POST",
      headers: {
        "content-type": i % 2 === 0 ? TYPES.protobuf : TYPES.json,
        ...i % 3 === 0 ? { "content-encoding": "gzip" } : {},
      },
      body: crypto.getRandomValues(new Uint8Array(1 + i)),
    });
    // A few bytes may be a request of nothing but unknown fields.
    assert(answer.status === 400 || answer.status === 200, String(answer.status));
    await answer.body?.cancel();
  }
});
