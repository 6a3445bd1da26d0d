import { assertEquals } from "@std/assert";
import { setImmediate } from "node:timers/promises";
import { onceATurn } from "../../src/cli/once_a_turn.ts";

Deno.test("log: lines of one turn are written together, in their order", async () => {
  const written: string[] = [];
  const line = onceATurn((lines) => written.push(lines));
  line("a");
  line("b");
  assertEquals(written, []);
  await setImmediate();
  line("c");
  await setImmediate();
  assertEquals(written, ["a\nb", "c"]);
});
