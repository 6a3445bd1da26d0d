/** Heads of requests that are too large, that say two things at once, or that name another server. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openStore } from "../../mod.ts";
import { serving } from "../cli/service.ts";
import { attackTest } from "./attack.ts";
import { connect, exchange, head, type RawAnswer } from "./raw.ts";

const STATISTICS = "GET /v1/agl/statistics";

const HOST = "host: localhost";

/** Refused by the server or by the runtime before it, which may cut the connection as well. */
const assertRefused = ({ status, text }: RawAnswer, name: string): void =>
  assert(status === null || status >= 400 && status < 500, `${name}: ${text.slice(0, 200)}`);

attackTest(
  "a head of 10,000 bytes is served, and a larger one refused in words",
  [],
  async (at) => {
    const filled = (size: number) => exchange(at, head(STATISTICS, HOST, `x: ${"x".repeat(size)}`));
    assertEquals((await filled(10_000)).status, 200);
    const large = await filled(20_000);
    assertEquals(large.status, 431);
    assertStringIncludes(large.text, "The headers are larger than 16384 characters");
    const long = await exchange(at, head(`${STATISTICS}?x=${"x".repeat(20_000)}`, HOST));
    assertEquals(long.status, 414);
    assertStringIncludes(long.text, "The URL is longer than 16384 characters");
  },
);

attackTest("a URL of 100 KB, a header of 1 MB, or 10,000 of them are refused", [], async (at) => {
  const many = Array.from({ length: 10_000 }, (_, i) => `x${i}: x`);
  for (
    const [name, sent] of Object.entries({
      "a long URL": head(`${STATISTICS}?${"x".repeat(100_000)}`, HOST),
      "a large header": head(STATISTICS, HOST, `x: ${"x".repeat(1_000_000)}`),
      "many headers": head(STATISTICS, HOST, ...many),
    })
  ) assertRefused(await exchange(at, sent), name);
});

attackTest("heads that do not end hold up nobody", [], async (at) => {
  await using open = new AsyncDisposableStack();
  for (let i = 0; i < 100; i++) {
    await open.use(await connect(at)).send(`${STATISTICS} HTTP/1.1\r\nx: `);
  }
  assertEquals((await exchange(at, head(STATISTICS, HOST))).status, 200);
});

/** Requests after which two servers in a row may disagree on where they end. */
const SMUGGLING: Readonly<Record<string, readonly string[]>> = {
  "a length and chunks": ["content-length: 4", "transfer-encoding: chunked"],
  "chunks and a length": ["transfer-encoding: chunked", "content-length: 4"],
  "chunks that are not the last coding": ["transfer-encoding: chunked, identity"],
  "an unknown coding": ["transfer-encoding: xchunked"],
  "a space before the colon": ["transfer-encoding : chunked"],
  "a folded header": ["transfer-encoding:", " chunked"],
  "two lengths": ["content-length: 4", "content-length: 5"],
  "two lengths in one": ["content-length: 4, 5"],
  "a negative length": ["content-length: -1"],
  "a length with a sign": ["content-length: +4"],
  "a length in hexadecimal": ["content-length: 0x4"],
  "a length without end": [`content-length: ${"9".repeat(30)}`],
  "a NUL": ["x: a\0b", "content-length: 4"],
};

attackTest("requests that end in two places are refused, and hide no other", [], async (at) => {
  const hidden = head("POST /v1/agl/workers/smuggled", HOST, "content-length: 0");
  for (const [name, headers] of Object.entries(SMUGGLING)) {
    const sent = head("POST /v1/agl/workers/smuggler", HOST, ...headers);
    assertRefused(await exchange(at, sent, "0\r\n\r\n", hidden), name);
  }
  const store = await openStore(at);
  const workers = await store.queryWorkers({ worker_id_contains: "smuggle" });
  assertEquals(workers.items, []);
});

attackTest("a server at a loopback address is not asked by another name", [], async (at) => {
  const lines = [STATISTICS, "POST /v1/agl/queues/rollouts/dequeue", "POST /v1/traces", "GET /"];
  for (const line of lines) {
    for (const name of ["evil.example", "localhost.evil.example", "localhost@evil.example", ""]) {
      const answer = await exchange(at, head(line, `host: ${name}`, "content-length: 0"));
      assertEquals(answer.status, 421, `${line} of ${name}`);
    }
    assertRefused(await exchange(at, head(line, HOST, "host: evil.example")), "two names");
    for (const name of ["a b/c?", "[::1", "localhost:99999999"]) {
      const { status } = await exchange(at, head(line, `host: ${name}`));
      assertEquals(status, 400, `${line} of ${name}`);
    }
  }
});

/** Paths that read as the open one in one way, and as another in another way. */
const AMBIGUOUS = [
  String.raw`/v1/agl/workers/x\..\..\health`,
  String.raw`/v1/agl/rollouts/x\..\..\health`,
  String.raw`/v1/agl/resources/x\..\..\health`,
  "/v1/agl/statistics/../health",
  "/v1/agl/health/../statistics",
  "/v1/agl/workers/..%5c..%5chealth",
  "/v1/agl/workers/..%2f..%2fhealth",
  "/v1/agl/%2e%2e/agl/health",
  "/v1/agl/health/%2e%2e/statistics",
  "/v1/agl/health;/../statistics",
  "//v1/agl/health",
  "/v1/agl/health#/../statistics",
  "/v1/agl/workers/x?/../health",
  "/v1/agl/%68ealth",
  "http://localhost/v1/agl/statistics",
  "http://localhost/v1/agl/health/../statistics",
];

Deno.test("attack: a path that reads as the open one opens no other", async () => {
  await using service = await serving(["--store", "memory:"], { env: { LIGHTNING_TOKEN: "t" } });
  for (const method of ["GET", "POST"]) {
    for (const path of AMBIGUOUS) {
      const sent = head(`${method} ${path}`, HOST, "content-length: 2");
      const { status, text } = await exchange(service.address, sent, "{}");
      const isHealth = status === 200 && text.endsWith(`{"status":"ok"}`);
      assert(isHealth || status !== null && status >= 400, `${method} ${path}: ${text}`);
    }
  }
  const store = await openStore(service.address, { http: { token: "t" } });
  const { total_workers, total_resources, total_rollouts } = await store.statistics();
  assertEquals([total_workers, total_resources, total_rollouts], [0, 0, 0]);
});
