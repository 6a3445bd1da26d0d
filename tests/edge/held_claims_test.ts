/** Claims that wait at a Durable Object. */

import { assert, assertEquals } from "@std/assert";
import { durableObject } from "../../src/durable_object/mod.ts";
import { fakeStorage } from "./fake_storage.ts";

Deno.test("Durable Object: a claim is held no longer than a caller who is gone may be waited for", async () => {
  const { storage } = fakeStorage();
  const { fetch } = durableObject({ storage }, { log: () => {} });
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(
      new Request(`http://object/v1/agl/queues/rollouts/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
    return await answer.json();
  };
  const begun = performance.now();
  assertEquals(await post("dequeue", { wait_seconds: 20 }), []);
  assert(performance.now() - begun < 10_000);
  // It is held all the same, and woken.
  const held = post("dequeue", { wait_seconds: 20, worker_id: "w" });
  await post("enqueue", { rollouts: [{ input: 1 }] });
  const [{ attempt }] = await held;
  assertEquals(attempt.worker_id, "w");
  const wrong = await post("dequeue", { wait_seconds: "soon" });
  assertEquals(wrong.detail[0].loc, ["body", "wait_seconds"]);
});
