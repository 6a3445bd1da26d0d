/** What is sent is what the argument was when the operation ran, each time. */

import { assertEquals } from "@std/assert";
import { valueOf } from "../../src/store/promises.ts";
import { spanOf } from "../../src/testing/mod.ts";
import { client } from "./counted_client.ts";
import { losing, ourServer, theirServer } from "./servers.ts";

Deno.test("client: an argument that changes after the call changes nothing", async () => {
  for (const server of [ourServer, theirServer]) {
    const { store } = client(server());
    const args = { input: { question: "first" } };
    const started = store.startRollout(args)();
    args.input.question = "second";
    const { rollout_id, input, attempt } = valueOf(await started);
    assertEquals(input, { question: "first" });

    const ids = { rollout_id, attempt_id: attempt.attempt_id };
    const attributes = { a: 1 };
    const spans = ["a", "b"].map((id) => spanOf(ids, id, { attributes }));
    const added = store.addManySpans({ spans })();
    spans.length = 0;
    attributes.a = 2;
    assertEquals(valueOf(await added).map((span) => span.attributes), [{ a: 1 }, { a: 1 }]);

    const rollout_ids = [rollout_id];
    await store.updateRollout({ rollout_id, status: "succeeded" })();
    const waited = store.waitForRollouts({ rollout_ids })();
    rollout_ids.length = 0;
    assertEquals(valueOf(await waited).length, 1);
  }
});

Deno.test("client: a request that is made again is the same", async () => {
  const args = { input: "first" };
  const { store, bodies } = client(losing("/enqueue", ourServer(), () => {
    args.input = "second";
    return Promise.resolve();
  }));
  await store.enqueueRollout(args)();
  const [first, , second] = bodies;
  assertEquals([first, second], Array(2).fill('{"rollouts":[{"input":"first"}]}'));
});
