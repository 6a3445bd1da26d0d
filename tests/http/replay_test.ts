/** Answers that are kept for whoever asks again (H-11). */

import { assertEquals } from "@std/assert";
import { createStore, httpApp, memory } from "../../mod.ts";
import type { Answer } from "../../src/http/answer.ts";
import { replay } from "../../src/http/replay.ts";
import { spanOf } from "../../src/testing/mod.ts";

/** So many characters are kept. */
const LARGEST = 2 ** 20;

const answering = () => {
  const again = replay(LARGEST);
  let made = 0;
  return async (key: string, size = 1, status = 200): Promise<string> => {
    const make = (): Promise<Answer> =>
      Promise.resolve({ status, body: `${++made}`.padEnd(size), headers: {} });
    const { body } = await again(key, make);
    return String(body).trimEnd();
  };
};

Deno.test("replay: who comes again with a key gets the first answer, at the same time too", async () => {
  const ask = answering();
  assertEquals(await Promise.all([ask("a"), ask("a"), ask("b")]), ["1", "1", "2"]);
  assertEquals(await ask("a"), "1");
});

Deno.test("replay: what failed may be tried again", async () => {
  const ask = answering();
  assertEquals([await ask("a", 1, 503), await ask("a"), await ask("a")], ["1", "2", "2"]);
});

Deno.test("replay: the oldest answers go when all of them are too large", async () => {
  const ask = answering();
  // A key counts as well, and what else an answer takes.
  const half = LARGEST / 2 - 257;
  for (const key of ["a", "b", "c"]) await ask(key, half);
  assertEquals([await ask("c", half), await ask("b", half), await ask("a", half)], ["3", "2", "4"]);
});

Deno.test("replay: one that is too large by itself pushes out no others", async () => {
  const ask = answering();
  assertEquals([await ask("a"), await ask("b", LARGEST), await ask("b")], ["1", "2", "3"]);
  assertEquals(await ask("a"), "1");
});

Deno.test("replay: the oldest answers go when there are too many", async () => {
  const ask = answering();
  for (let i = 0; i < 5000; i++) await ask(String(i));
  assertEquals([await ask("4999"), await ask("1000"), await ask("0")], ["5000", "5001", "5002"]);
});

Deno.test("replay: however large traces are, whoever made or changed a record is told when it comes again", async () => {
  const app = httpApp(createStore(memory(), { log: () => {} }));
  const post = async (path: string, key: string, body: unknown) => {
    const answer = await app(
      new Request(`http://localhost/v1/agl${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": key },
        body: JSON.stringify(body),
      }),
    );
    return await answer.json();
  };
  const rollout = await post("/rollouts", "a", { input: 1 });
  const { rollout_id, attempt: { attempt_id } } = rollout;
  const path = `/rollouts/${rollout_id}/attempts/${attempt_id}`;
  const running = await post(path, "b", { status: "running" });
  await post(path, "c", { status: "succeeded" });
  // Together more than is kept of all kinds.
  const attributes = { text: "x".repeat(2 ** 24) };
  for (let i = 0; i < 11; i++) {
    const span = spanOf({ rollout_id, attempt_id }, String(i), { attributes });
    assertEquals((await post("/spans", String(i), span)).span_id, String(i));
  }
  assertEquals(await post("/rollouts", "a", { input: 1 }), rollout);
  assertEquals(await post(path, "b", { status: "running" }), running);
});
