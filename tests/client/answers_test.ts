/** What the client makes of answers that are none, and of those that lead elsewhere. */

import { assert, assertEquals } from "@std/assert";
import { createStore, memory } from "../../mod.ts";
import { valueOf } from "../../src/store/promises.ts";
import { client } from "./counted_client.ts";
import { meeting, ourServer, theirServer } from "./servers.ts";

const messageOf = async (
  call: Promise<{ readonly _tag: string; readonly left?: { readonly message: string } }>,
): Promise<string> => (await call).left?.message ?? "no error";

Deno.test("client: a redirect is told of, and not followed", async () => {
  const core = createStore(memory());
  const { rollout_id } = valueOf(await core.startRollout({ input: 1 })());
  const headers = { location: "https://user:secret@elsewhere.example/" };
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(null, { status: 301, headers }),
  );
  for (const network of [null, fetch]) {
    const { store, sent } = client((request) =>
      network === null
        ? Promise.resolve(new Response(null, { status: 308, headers }))
        : network(`http://127.0.0.1:${server.addr.port}`, request)
    );
    const message = await messageOf(store.updateRollout({ rollout_id, status: "cancelled" })());
    assert(/answered 30[18] to https:\/\/\*\*\*@elsewhere.example\//.test(message), message);
    assertEquals(sent.length, 1);
  }
});

Deno.test("client: an answer without JSON says what has come", async () => {
  for (
    const [answer, words] of [
      [() => new Response(null, { status: 204 }), "answered 204 with nothing"],
      [() => new Response("<html>Hello"), "answered 200 with no JSON: <html>Hello"],
    ] as const
  ) {
    const { store } = client(() => Promise.resolve(answer()), { retries: 0 });
    const message = await messageOf(store.statistics()());
    assert(message.endsWith(words), message);
  }
});

Deno.test("client: what has no JSON does not tell what server there is", async () => {
  const { store, sent } = client(meeting("/dequeue", () => new Response("<html>"), ourServer()));
  await store.dequeueRollout()();
  await store.waitForRollouts({ rollout_ids: [] })();
  assertEquals(sent.at(-1), "POST /waits/rollouts");
  assert(!sent.includes("POST /rollouts/search"));
});

Deno.test("client: a server that says when to ask again is asked then", async () => {
  const date = () => new Date(Date.now() + 2000).toUTCString();
  for (const wish of [() => "1", date]) {
    let asked = 0;
    let left = 0;
    const { store } = client(
      meeting("/statistics", () => {
        asked = performance.now();
        const headers = { "retry-after": wish() };
        return new Response("", { status: 503, headers });
      }, (request) => {
        left = performance.now() - asked;
        return ourServer()(request);
      }),
    );
    assertEquals((await store.statistics()())._tag, "Right");
    assert(left > 500, `${left} ms`);
  }
});

Deno.test("client: nobody is left alone for longer than a request may take", async () => {
  const headers = { "retry-after": "99999999999" };
  const { store, sent } = client(
    meeting("/statistics", () => new Response("", { status: 503, headers }), ourServer()),
    { timeoutSeconds: 0.2 },
  );
  assertEquals((await store.statistics()())._tag, "Right");
  assertEquals(sent.length, 2);
});

Deno.test("client: a filter that the server does not know is not passed over", async () => {
  const { store } = client(theirServer());
  const outcome = await store.queryRollouts({ mode_in: ["val"] })();
  assertEquals(outcome._tag === "Left" && outcome.left._tag, "Unsupported");
  assertEquals((await store.queryRollouts({ mode_in: null })())._tag, "Right");
  assertEquals(
    (await client(ourServer()).store.queryRollouts({ mode_in: ["val"] })())._tag,
    "Right",
  );
});
