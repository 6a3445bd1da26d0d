/** Claims that are held on the server until there is something to claim (H-10). */

import { assertEquals } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { createStore, httpApp, memory } from "../../mod.ts";

const served = (options: Parameters<typeof httpApp>[1] = {}) => {
  const store = createStore(memory(), { log: () => {} });
  const app = httpApp(store, options);
  const claim = (body: unknown, signal?: AbortSignal): Promise<Response> =>
    app(
      new Request("http://localhost/v1/agl/queues/rollouts/dequeue", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        ...signal === undefined ? {} : { signal },
      }),
    );
  return { store, claim };
};

/** Until a request has come to where it waits. */
const settled = () => delay(20);

Deno.test("held claim: an enqueue wakes it", async () => {
  const { store, claim } = served();
  const held = claim({ wait_seconds: 20, worker_id: "w" });
  await settled();
  await store.enqueueRollout({ input: 1 })();
  const answer = await held;
  assertEquals(answer.status, 200);
  const [{ input, attempt }] = await answer.json();
  assertEquals([input, attempt.worker_id], [1, "w"]);
});

Deno.test("held claim: it ends with nothing after its time", async () => {
  const { claim } = served();
  assertEquals(await (await claim({ wait_seconds: 0.01 })).json(), []);
});

Deno.test("held claim: what is no time is refused", async () => {
  const { claim } = served();
  for (const wait_seconds of ["soon", null, [1]]) {
    const answer = await claim({ wait_seconds });
    assertEquals(answer.status, 422);
    assertEquals((await answer.json()).detail[0].loc, ["body", "wait_seconds"]);
  }
});

Deno.test("held claim: a caller who is gone claims nothing", async () => {
  const { store, claim } = served();
  const gone = new AbortController();
  const held = claim({ wait_seconds: 20 }, gone.signal);
  await settled();
  gone.abort();
  await held;
  await store.enqueueRollout({ input: 1 })();
  assertEquals((await (await claim({})).json()).length, 1);
});

Deno.test("held claim: it counts as a wait, and no other request is in its way", async () => {
  const { store, claim } = served({ maxWaits: 1, maxRequests: 1 });
  const held = claim({ wait_seconds: 20 });
  await settled();
  assertEquals((await claim({ wait_seconds: 20 })).status, 503);
  assertEquals((await claim({})).status, 200);
  await store.enqueueRollout({ input: 1 })();
  assertEquals((await held).status, 200);
});

Deno.test("held claim: a server that stops lets go of it", async () => {
  const stopping = new AbortController();
  const { claim } = served({ stopping: stopping.signal });
  const held = claim({ wait_seconds: 20 });
  await settled();
  stopping.abort();
  assertEquals((await held).status, 503);
});
