/** Whether the service lives, and whether its store does. */

import { assertEquals } from "@std/assert";
import { createStore, httpApp, memory } from "../../mod.ts";

Deno.test("ready: a store that answers nothing is unavailable, and the service is in health", async () => {
  const store = createStore(memory());
  const app = httpApp(store);
  const ask = async (path: string) => {
    const answer = await app(new Request(`http://localhost/v1/agl/${path}`));
    return [answer.status, await answer.json()];
  };
  assertEquals(await ask("ready"), [200, { status: "ok" }]);
  await store.close()();
  const unavailable = { status: "unavailable", detail: "The store is closed" };
  assertEquals(await ask("ready"), [503, unavailable]);
  assertEquals(await ask("health"), [200, { status: "ok" }]);
});
