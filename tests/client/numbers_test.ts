/** Numbers that a client reads as doubles, whatever the server holds. */

import { assertEquals } from "@std/assert";
import { connectStore, createStore, httpApp, memory } from "../../mod.ts";
import { valueOf } from "../../src/store/promises.ts";

Deno.test("client: a number beyond all doubles costs no claim and no page", async () => {
  const server = httpApp(createStore(memory({ numbers: "exact" })));
  const body = '{"rollouts":[{"input":{"far":1e400,"near":0.5}}]}';
  const headers = { "content-type": "application/json" };
  const enqueue = "http://server/v1/agl/queues/rollouts/enqueue";
  const enqueued = await server(new Request(enqueue, { method: "POST", headers, body }));
  assertEquals(enqueued.status, 201);
  const store = valueOf(connectStore("http://server", { fetch: server }));
  const input = { far: Number.MAX_VALUE, near: 0.5 };
  assertEquals(valueOf(await store.dequeueRollout()())?.input, input);
  assertEquals(valueOf(await store.queryRollouts()()).items.map((it) => it.input), [input]);
});
