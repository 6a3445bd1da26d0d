/** What the client sends: to our servers, to those of agent-lightning, and when answers are lost. */

import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { valueOf } from "../../src/store/promises.ts";
import { spanOf } from "../../src/testing/mod.ts";
import { client } from "./counted_client.ts";
import { losing, ourServer, theirServer } from "./servers.ts";

const ENQUEUE = "POST /queues/rollouts/enqueue";
const DEQUEUE = "POST /queues/rollouts/dequeue";
const HEALTH = "GET /health";

Deno.test("client: what comes a second time with its key is done once", async () => {
  const { store, sent } = client(losing("/enqueue", ourServer()));
  assertEquals((await store.enqueueRollout({ input: 1 })())._tag, "Right");
  assertEquals(sent, [ENQUEUE, HEALTH, ENQUEUE]);
  const { total } = valueOf(await store.queryRollouts()());
  assertEquals(total, 1);
});

Deno.test("client: a server that knows no keys is not asked twice for what twice is not once", async () => {
  const { store, sent } = client(losing("/enqueue", theirServer()));
  const outcome = await store.enqueueRollout({ input: 1 })();
  assertEquals(outcome._tag === "Left" && outcome.left._tag, "Backend");
  assertEquals(sent, [ENQUEUE, HEALTH]);
});

Deno.test("client: what twice is once is asked again of any server", async () => {
  const { store, sent } = client(losing("/statistics", theirServer()));
  assertEquals((await store.statistics()())._tag, "Right");
  assertEquals(sent, ["GET /statistics", "GET /statistics"]);
});

Deno.test("client: a claim whose answer is lost is not made again", async () => {
  const { store, sent } = client(losing("/dequeue", ourServer()));
  assertEquals((await store.dequeueRollout()())._tag, "Left");
  assertEquals(sent, [DEQUEUE]);
});

Deno.test("client: many spans are one request, or one each where the server knows no better", async () => {
  for (
    const [server, paths] of [
      [ourServer(), ["POST /spans/batch", "POST /spans/next/batch"]],
      [theirServer(), ["POST /spans", "POST /spans", "POST /spans/next", "POST /spans/next"]],
    ] as const
  ) {
    const { store, sent } = client(server);
    const { rollout_id, attempt } = valueOf(await store.startRollout({ input: 1 })());
    const ids = { rollout_id, attempt_id: attempt.attempt_id };
    sent.length = 0;
    const spans = ["a", "b"].map((id, i) => spanOf(ids, id, { sequence_id: i + 1 }));
    assertEquals(valueOf(await store.addManySpans({ spans })()), spans);
    assertEquals(valueOf(await store.getManySpanSequenceIds({ pairs: [ids, ids] })()), [3, 4]);
    assertEquals(sent, paths);
  }
});

Deno.test("client: a wait is held by our servers, and looks again and again at others", async () => {
  for (
    const [server, paths] of [
      [ourServer(), ["POST /waits/rollouts"]],
      [theirServer(), ["POST /rollouts/search", "POST /waits/rollouts"]],
    ] as const
  ) {
    const { store, sent } = client(server);
    const { rollout_id } = valueOf(await store.startRollout({ input: 1 })());
    await store.updateRollout({ rollout_id, status: "succeeded" })();
    sent.length = 0;
    const rollout_ids = [rollout_id, "ro-none"];
    const finished = valueOf(await store.waitForRollouts({ rollout_ids })());
    assertEquals(finished.map((it) => it.rollout_id), [rollout_id]);
    assertEquals(sent, paths);
  }
});

Deno.test("client: a claim that waits is held by our servers, and made again at others", async () => {
  for (
    const [server, holds, paths] of [
      [ourServer(), true, [DEQUEUE]],
      [theirServer(), false, [DEQUEUE, DEQUEUE]],
    ] as const
  ) {
    let isQueued = false;
    const { store, sent } = client(async (request) => {
      const answer = server(request);
      if (isQueued || !request.url.endsWith("/dequeue")) return await answer;
      isQueued = true;
      if (!holds) await answer;
      await store.enqueueRollout({ input: "late" })();
      return await answer;
    });
    const claimed = valueOf(await store.dequeueRollout({ wait_seconds: 60 })());
    assertEquals(claimed?.input, "late");
    assertEquals(sent.filter((request) => request !== ENQUEUE && request !== HEALTH), paths);
  }
});

Deno.test("client: a claim whose caller has gone claims nothing", async () => {
  for (const server of [ourServer(), theirServer()]) {
    const { store } = client(server);
    const leaving = new AbortController();
    const claim = store.dequeueRollout({ wait_seconds: 60 }, { signal: leaving.signal })();
    await store.statistics()();
    leaving.abort();
    const outcome = await claim;
    assertEquals(outcome._tag === "Left" && outcome.left._tag, "Aborted");
    await store.enqueueRollout({ input: 1 })();
    assertEquals(valueOf(await store.dequeueRollout()())?.attempt.sequence_id, 1);
  }
});

Deno.test("client: a page that comes without TLS has keys too", async () => {
  const { randomUUID } = crypto;
  Reflect.set(crypto, "randomUUID", undefined);
  try {
    const { store } = client((request) =>
      Promise.resolve(
        Response.json({ detail: request.headers.get("idempotency-key") }, { status: 400 }),
      )
    );
    const [one, two] = await Promise.all([1, 2].map((input) => store.startRollout({ input })()));
    for (const outcome of [one, two]) {
      assertMatch(outcome?._tag === "Left" ? outcome.left.message : "", /answered 400: [\d-]+$/);
    }
    assertNotEquals(one, two);
  } finally {
    Reflect.set(crypto, "randomUUID", randomUUID);
  }
});
