/** What the service does with requests that come together. */

import { assertEquals } from "@std/assert";
import { createStore, memory } from "../../mod.ts";
import { together } from "../../src/cli/together.ts";

Deno.test("together: calls of one turn share a round trip, though not of one tick", async () => {
  const backend = memory();
  const sizes: number[] = [];
  const store = together(createStore({
    ...backend,
    affect: (effects) => {
      sizes.push(effects.length);
      return backend.affect(effects);
    },
  }));
  const report = (worker_id: string) => store.updateWorker({ worker_id })();
  const first = report("Worker-0");
  // By then, a store alone would have done it.
  for (let tick = 0; tick < 100; tick++) await null;
  const outcomes = await Promise.all([first, report("Worker-1")]);
  assertEquals(outcomes.map(({ _tag }) => _tag), ["Right", "Right"]);
  assertEquals(sizes, [2]);
  await report("Worker-0");
  assertEquals(sizes, [2, 1]);
});
