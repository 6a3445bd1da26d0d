/** Answers that are kept for whoever asks again (H-11). */

import { assertEquals } from "@std/assert";
import { createStore, httpApp, memory } from "../../mod.ts";
import type { Answer } from "../../src/http/answer.ts";
import { replay } from "../../src/http/replay.ts";

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
  // A key counts as well.
  const half = LARGEST / 2 - 1;
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
  for (let i = 0; i <= 10_000; i++) await ask(String(i));
  assertEquals([await ask("10000"), await ask("1"), await ask("0")], ["10001", "2", "10002"]);
});

Deno.test("replay: however many changes there are, a creation is told when it comes again", async () => {
  const app = httpApp(createStore(memory(), { log: () => {} }));
  const post = async (path: string, key: string, body: unknown): Promise<unknown> => {
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
  const ids = { rollout_id: "ro-1", attempt_id: "at-1" };
  for (let i = 0; i <= 10_000; i++) await post("/spans/next", String(i), ids);
  assertEquals(await post("/rollouts", "a", { input: 1 }), rollout);
});
