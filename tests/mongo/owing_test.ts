/** Heartbeats that the server did not get, at the seam where they are kept. */

import { assertEquals, assertRejects } from "@std/assert";
import { owing } from "../../src/backends/mongo/owing.ts";

Deno.test("mongo: heartbeats that fail come before those of the next call, once", async () => {
  const state = { isAway: false };
  const sent: string[] = [];
  const beat = owing<string>((items) => {
    if (state.isAway) return Promise.reject(new Error("away"));
    sent.push(...items);
    return Promise.resolve();
  });
  await beat(["a"]);
  state.isAway = true;
  await assertRejects(() => beat(["b"]));
  await Promise.allSettled([beat(["c"]), beat(["d"])]);
  state.isAway = false;
  // The sender comes again with what is stored already.
  await beat([]);
  await beat(["e"]);
  assertEquals(sent.toSorted(), ["a", "b", "c", "d", "e"]);
  assertEquals(sent.slice(0, 2), ["a", "b"]);
});
