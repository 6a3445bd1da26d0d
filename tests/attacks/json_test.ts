/** JSON that is deep, wide or long: it is refused or stored, in time that grows with its size alone. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { attackTest } from "./attack.ts";

const LEVELS = 100_000;

const nested = (levels: number, open: string, core: string, close: string): string =>
  `${open.repeat(levels)}${core}${close.repeat(levels)}`;

const DEEP: Readonly<Record<string, string>> = {
  "objects": nested(LEVELS, '{"a":', "1", "}"),
  "arrays": nested(LEVELS, "[", "1", "]"),
  // Not too many for the parser, and more than a payload has wherever it stands.
  "1,100 objects": nested(1_100, '{"a":', "1", "}"),
  "1,100 arrays": nested(1_100, "[", "1", "]"),
  "a number that is kept as written": nested(LEVELS, "[", "1.0", "]"),
  "a token of Python's": nested(LEVELS, "[", "NaN", "]"),
};

const LLM = '"resource_type": "llm", "endpoint": "e", "model": "m"';

/** Bodies with a place for a value of any kind. */
const PLACES: readonly (readonly [path: string, body: (value: string) => string])[] = [
  ["/rollouts", (value) => value],
  ["/rollouts", (value) => `{"input": ${value}}`],
  ["/rollouts", (value) => `{"input": 1, "metadata": {"a": ${value}}}`],
  ["/rollouts", (value) => `{"input": 1, "mode": ${value}}`],
  ["/rollouts", (value) => `{"input": 1, "unknown": ${value}}`],
  ["/rollouts/search", (value) => `{"status_in": ${value}}`],
  ["/queues/rollouts/enqueue", (value) => `{"rollouts": [{"input": ${value}}]}`],
  ["/workers/w", (value) => `{"heartbeat_stats": {"a": ${value}}}`],
  ["/resources", (value) => `{"m": {${LLM}, "sampling_parameters": {"a": ${value}}}}`],
  ["/spans", (value) => `{"extra": ${value}}`],
  ["/spans/batch", (value) => `{"spans": [{"attributes": {"a": ${value}}}]}`],
];

const post = async (
  at: string,
  path: string,
  body: string,
): Promise<{ readonly status: number; readonly text: string }> => {
  const answer = await fetch(`${at}${path}`, {
    method: "POST",
    // A second time must be told from the first, whatever the body is.
    headers: { "content-type": "application/json", "idempotency-key": "once" },
    body,
    // A server that is stuck is no answer either.
    signal: AbortSignal.timeout(120_000),
  });
  return { status: answer.status, text: await answer.text() };
};

attackTest("100,000 levels are refused in words, wherever they are", [], async (at) => {
  for (const [what, deep] of Object.entries(DEEP)) {
    for (const [path, body] of PLACES) {
      const { status, text } = await post(at, `/v1/agl${path}`, body(deep));
      assertEquals(status, 422, `${what} at ${path}`);
      assertStringIncludes(text, "too many levels of nesting");
    }
    const { status } = await post(at, "/v1/traces", `{"resourceSpans": ${deep}}`);
    assertEquals(status, 400, what);
  }
});

attackTest("100,000 levels are refused where the platform parses the body, too", [], async (at) => {
  for (const [what, deep] of Object.entries(DEEP)) {
    for (const field of ["limit", "worker_id", "unknown"]) {
      const body = `{"${field}": ${deep}}`;
      const { status, text } = await post(at, "/v1/agl/queues/rollouts/dequeue", body);
      assertEquals(status, 422, `${what} as ${field}`);
      assertStringIncludes(
        text,
        what === "a token of Python's" ? "JSON decode error" : "too many levels of nesting",
      );
    }
  }
});

attackTest("brackets that never close are refused", [], async (at) => {
  for (const open of ["[", '{"a":', '{"input":[']) {
    const { status } = await post(at, "/v1/agl/rollouts", open.repeat(LEVELS));
    assertEquals(status, 422, open);
  }
});

const many = (count: number, item: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => item(i)).join();

attackTest("what is wide and opaque comes back whole", [], async (at) => {
  for (
    const wide of [
      `{${many(50_000, (i) => `"k${i}":${i}`)}}`,
      `[${many(500_000, String)}]`,
      `[${many(500_000, () => "[]")}]`,
      `"${"x".repeat(10_000_000)}"`,
      // The longest integer that Python reads.
      "9".repeat(4_300),
      `0.${"1".repeat(100_000)}`,
    ]
  ) {
    const { status, text } = await post(at, "/v1/agl/rollouts", `{"input":${wide}}`);
    assertEquals(status, 201, text.slice(0, 200));
    assert(text.includes(`"input":${wide},`), wide.slice(0, 20));
  }
});

attackTest("what is wide and wrong is refused in few words", [], async (at) => {
  for (
    const [path, body] of [
      ["/queues/rollouts/enqueue", `{"rollouts":[${many(200_000, String)}]}`],
      ["/waits/rollouts", `{"rollout_ids":[${many(200_000, String)}]}`],
      ["/rollouts/search", `{"status_in":[${many(200_000, (i) => `"${i}"`)}]}`],
      ["/rollouts", `{${many(50_000, (i) => `"k${i}":${i}`)}}`],
      ["/resources", `{${many(50_000, (i) => `"k${i}":${i}`)}}`],
      ["/spans/batch", `{"spans":[${many(200_000, () => "{}")}]}`],
    ] as const
  ) {
    const { status, text } = await post(at, `/v1/agl${path}`, body);
    assertEquals(status, 422, path);
    assert(text.length < 100_000, `${path}: ${text.length} characters`);
  }
});

/** Texts over which a reader with two ways to the same end would take hours. */
attackTest("long texts that are nearly numbers or tokens are read in one go", [], async (at) => {
  const [ones, spaces, escapes] = ["1", " ", "\\\\"].map((it) => it.repeat(1_000_000));
  for (
    const body of [
      ...[`${ones}x`, `1${spaces}x`, `${spaces}x`, `${ones}.${ones}x`, `1.${ones}e`].flatMap(
        (text) => [
          `{"input": 1, "config": {"timeout_seconds": "${text}"}}`,
          `{"input": 1, "config": {"max_attempts": "${text}"}}`,
        ],
      ),
      `{"input": NaN, "a": "${escapes}`,
      `{"input": NaN${'"'.repeat(1_000_001)}`,
      `{"input": 1,${spaces}${",".repeat(1_000_000)}`,
    ]
  ) {
    const { status } = await post(at, "/v1/agl/rollouts", body);
    assertEquals(status, 422, body.slice(0, 60));
  }
});
