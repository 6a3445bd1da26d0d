/** A server that stops lets go of what it holds. */

import { assertEquals } from "@std/assert";
import { createStore, httpApp, type LightningStore, memory } from "../../mod.ts";

const API = "http://localhost/v1/agl";

Deno.test("stopping: a wait that is held gets 503, and one that comes later too", async () => {
  const stopping = new AbortController();
  const { promise: isHeld, resolve: hold } = Promise.withResolvers<void>();
  const store = createStore(memory());
  const waitForRollouts: LightningStore["waitForRollouts"] = (args, options) => {
    hold();
    return store.waitForRollouts(args, options);
  };
  const app = httpApp({ ...store, waitForRollouts }, { stopping: stopping.signal });
  const post = (path: string, body: unknown) =>
    app(
      new Request(`${API}${path}`, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    );
  const { rollout_id } = await (await post("/rollouts", { input: 1 })).json();
  const wait = () => post("/waits/rollouts", { rollout_ids: [rollout_id], timeout: null });
  const held = wait();
  await isHeld;
  stopping.abort();
  for (const answer of [await held, await wait()]) {
    assertEquals([answer.status, answer.headers.get("retry-after")], [503, "1"]);
    await answer.body?.cancel();
  }
  const read = await app(new Request(`${API}/rollouts/${rollout_id}`));
  assertEquals([read.status, (await read.json()).rollout_id], [200, rollout_id]);
});
