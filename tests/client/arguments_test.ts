/** What is sent is what the argument was when the operation ran, each time. */

import { assertEquals } from "@std/assert";
import { createStore, memory } from "../../mod.ts";
import { valueOf } from "../../src/store/promises.ts";
import { spanOf } from "../../src/testing/mod.ts";
import { ROUTES } from "../../src/wire/routes.ts";
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

Deno.test("client: resources by the id `latest` are those of that id", async () => {
  const core = createStore(memory());
  const { store } = client(ourServer(core));
  const byId = () => store.getResourcesById({ resources_id: "latest" })();
  assertEquals(valueOf(await byId()), null);
  const named = valueOf(await core.updateResources({ resources_id: "latest", resources: {} })());
  await core.updateResources({ resources_id: "other", resources: {} })();
  assertEquals(valueOf(await byId()), named);
});

Deno.test("client: a word of another route is no id of a record that is written", async () => {
  const { store, sent } = client(ourServer());
  const writes: Readonly<Record<string, (id: string) => Promise<{ readonly _tag: string }>>> = {
    "/rollouts/:rollout_id": (id) => store.updateRollout({ rollout_id: id, mode: "val" })(),
    "/rollouts/:rollout_id/attempts/:attempt_id": (id) =>
      store.updateAttempt({ rollout_id: "ro-1", attempt_id: id, status: "failed" })(),
    "/workers/:worker_id": (id) => store.updateWorker({ worker_id: id })(),
    "/resources/:resources_id": (id) =>
      store.updateResources({ resources_id: id, resources: {} })(),
  };
  const posts = ROUTES.filter(({ method }) => method === "POST").map(({ path }) => path);
  assertEquals(
    new Set(posts.filter((path) => /\/:\w+$/.test(path))),
    new Set(Object.keys(writes)),
  );
  for (const [path, write] of Object.entries(writes)) {
    const above = path.slice(0, path.lastIndexOf("/") + 1);
    const words = posts
      .filter((other) => other.startsWith(above))
      .map((other) => other.slice(above.length))
      .filter((word) => !/[:/]/.test(word));
    assertEquals(words, ["search"]);
    for (const word of words) assertEquals((await write(word))._tag, "Left");
  }
  assertEquals(sent, []);
});
