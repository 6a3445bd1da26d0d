/** Answers that are kept for whoever asks again (H-11). */

import { assertEquals } from "@std/assert";
import type { Answer } from "../../src/http/answer.ts";
import { replay } from "../../src/http/replay.ts";

const answering = () => {
  const again = replay();
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
  const half = 2 ** 25 - 1;
  for (const key of ["a", "b", "c"]) await ask(key, half);
  assertEquals([await ask("c", half), await ask("b", half), await ask("a", half)], ["3", "2", "4"]);
});

Deno.test("replay: the oldest answers go when there are too many", async () => {
  const ask = answering();
  for (let i = 0; i <= 10_000; i++) await ask(String(i));
  assertEquals([await ask("10000"), await ask("1"), await ask("0")], ["10001", "2", "10002"]);
});
