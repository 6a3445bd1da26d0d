/** How calls end: by their signal, in their time, and when the client is closed. */

import { assert, assertEquals } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { createStore, type LightningStore, memory } from "../../mod.ts";
import { valueOf } from "../../src/store/promises.ts";
import { client, type Fetch } from "./counted_client.ts";
import { meeting, ourServer, silent, theirServer } from "./servers.ts";

const HEALTH = "GET /health";
const DEQUEUE = "POST /queues/rollouts/dequeue";
const SEARCH = "POST /rollouts/search";
const WAIT = "POST /waits/rollouts";

/** The tag of what a call ends with; a call that has not ended after five seconds never does. */
const tagOf = async (
  call: Promise<{ readonly _tag: string; readonly left?: { readonly _tag: string } }>,
): Promise<string> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const never = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("never"), 5000);
  });
  const outcome = call.then(({ _tag, left }) => left?._tag ?? _tag);
  const tag = await Promise.race([outcome, never]);
  clearTimeout(timer);
  return tag;
};

/** Some that asks to be left alone for a minute. */
const busy: Fetch = () =>
  Promise.resolve(new Response("{}", { status: 503, headers: { "retry-after": "60" } }));

/** Runs something while a test decides what time it is. */
const withClock = async (run: (pass: (milliseconds: number) => void) => Promise<void>) => {
  const { now } = performance;
  let passed = 0;
  performance.now = () => now.call(performance) + passed;
  try {
    await run((milliseconds) => {
      passed += milliseconds;
    });
  } finally {
    performance.now = now;
  }
};

const WAITS: Readonly<Record<string, (store: LightningStore) => Fetch>> = {
  "while the server holds it": ourServer,
  "in a pause between two tries": () => busy,
  "while it is not known what server there is": (store) => silent(/health/, ourServer(store)),
  "while a server of agent-lightning says nothing": (store) => silent(/search/, theirServer(store)),
};

for (const [when, server] of Object.entries(WAITS)) {
  Deno.test(`client: its signal ends a call at once ${when}`, async () => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const core = createStore(memory());
    const { rollout_id } = valueOf(await core.startRollout({ input: 1 })());
    const { store } = client(server(core));
    const wait = store.waitForRollouts({ rollout_ids: [rollout_id], timeout: 60 }, { signal })();
    setTimeout(() => leaving.abort(), 100);
    assertEquals(await tagOf(wait), "Aborted");
  });
}

Deno.test("client: a signal that has ended lets nothing be sent", async () => {
  const { store, sent } = client(ourServer());
  const options = { signal: AbortSignal.abort() };
  for (
    const call of [
      store.dequeueRollout({}, options),
      store.dequeueRollout({ wait_seconds: 60 }, options),
      store.waitForRollouts({ rollout_ids: [] }, options),
    ]
  ) assertEquals(await tagOf(call()), "Aborted");
  assertEquals(sent, []);
});

Deno.test("client: nothing stays at a signal after a call", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners--;
    removeEventListener.apply(signal, args);
  };
  const { store } = client(
    meeting("/dequeue", () => new Response("{}", { status: 503 }), theirServer()),
  );
  await store.dequeueRollout({}, { signal })();
  await store.dequeueRollout({ wait_seconds: 0.1 }, { signal })();
  await store.waitForRollouts({ rollout_ids: ["ro-1"], timeout: 0 }, { signal })();
  assertEquals(listeners, 0);
});

Deno.test("client: a wait at a silent server lasts as long as itself and one request", async () => {
  const { store, sent } = client(silent(/./, ourServer()), { timeoutSeconds: 0.2 });
  assertEquals(
    await tagOf(store.waitForRollouts({ rollout_ids: ["ro-1"], timeout: 0.2 })()),
    "Backend",
  );
  assertEquals(sent, [HEALTH, SEARCH]);
});

Deno.test("client: who looks once is not sent what nobody would hear the answer of", async () => {
  const { store, sent } = client(silent(/./, ourServer()), { timeoutSeconds: 0.2 });
  const outcome = await store.waitForRollouts({ rollout_ids: ["ro-1"], timeout: 0 })();
  assertEquals(outcome._tag === "Left" && outcome.left._tag, "Backend");
  assertEquals(sent, [HEALTH]);
});

Deno.test("client: a platform's fetch that heeds no signal is waited for no longer than any", async () => {
  const { store } = client(() => new Promise(() => {}), { timeoutSeconds: 0.1, retries: 0 });
  assertEquals(await tagOf(store.statistics()()), "Backend");
  const leaving = new AbortController();
  const claim = store.dequeueRollout({}, { signal: leaving.signal })();
  leaving.abort();
  assertEquals(await tagOf(claim), "Aborted");
});

Deno.test("client: what finds out about the server ends when the client is closed", async () => {
  const ended = Promise.withResolvers<void>();
  const { store } = client((request) => {
    request.signal.addEventListener("abort", () => ended.resolve());
    return new Promise(() => {});
  }, { timeoutSeconds: Infinity });
  const waiting = store.waitForRollouts({ rollout_ids: ["ro-1"] })();
  await new Promise((wake) => setTimeout(wake, 20));
  await store.close()();
  assertEquals(await tagOf(waiting), "Backend");
  await ended.promise;
});

Deno.test("client: a wait that is made again asks for the time that is left", async () => {
  await withClock(async (pass) => {
    const { store, sent, bodies } = client(
      meeting(WAIT.slice(5), () => {
        pass(2900);
        return new Response("", { status: 502 });
      }, ourServer()),
    );
    await store.waitForRollouts({ rollout_ids: ["ro-1"], timeout: 3 })();
    assertEquals(sent, [HEALTH, WAIT, WAIT]);
    const [, first, second] = bodies.map((body) => body === "" ? 0 : JSON.parse(body).timeout);
    assert(first > 2.5 && first <= 3);
    assert(second <= 0.1);
  });
});

Deno.test("client: a server whose clock is ahead ends no wait", async () => {
  await withClock(async (pass) => {
    const core = createStore(memory());
    const { rollout_id } = valueOf(await core.startRollout({ input: 1 })());
    const { store, sent } = client(
      meeting(WAIT.slice(5), async () => {
        pass(19_900);
        await core.updateRollout({ rollout_id, status: "succeeded" })();
        return Response.json([], { headers: { "x-agl-protocol": "0.3" } });
      }, ourServer(core)),
    );
    const finished = valueOf(await store.waitForRollouts({ rollout_ids: [rollout_id] })());
    assertEquals(finished.length, 1);
    assertEquals(sent, [HEALTH, WAIT, WAIT]);
  });
});

Deno.test("client: who does not hear at first what server it is asks no faster", async () => {
  const unwell = () =>
    client(meeting("/health", () => new Response("", { status: 503 }), theirServer()));
  const claiming = unwell();
  await claiming.store.dequeueRollout({ wait_seconds: 0.5 })();
  const claims = claiming.sent.filter((request) => request === DEQUEUE).length;
  assert(claims > 1 && claims < 30, `${claims} claims`);

  const waiting = unwell();
  const { rollout_id } = valueOf(await waiting.store.enqueueRollout({ input: 1 })());
  waiting.sent.length = 0;
  await waiting.store.waitForRollouts({ rollout_ids: [rollout_id], timeout: 0.2 })();
  assertEquals(waiting.sent.filter((request) => request === WAIT).length, 1);
  assertEquals(waiting.sent[0], SEARCH);
});

Deno.test("client: who wants to know what server there is asks once, together", async () => {
  const { store, sent } = client(ourServer());
  const pairs = [{ rollout_id: "ro-1", attempt_id: "at-1" }];
  await Promise.all(
    Array.from({ length: 100 }, () => store.getManySpanSequenceIds({ pairs })()),
  );
  assertEquals(sent.filter((request) => request === HEALTH).length, 1);
});

Deno.test("client: what waits ends when the client is closed", async () => {
  const core = createStore(memory());
  const { rollout_id } = valueOf(await core.startRollout({ input: 1 })());
  for (const server of [ourServer(core), theirServer(core), busy]) {
    const { store } = client(server);
    const calls = [
      store.dequeueRollout({ wait_seconds: 60 })(),
      store.waitForRollouts({ rollout_ids: [rollout_id], timeout: 60 })(),
    ];
    if (server === busy) calls.shift();
    await delay(100);
    await store.close()();
    for (const call of calls) assertEquals(await tagOf(call), "Backend");
  }
  valueOf(await core.enqueueRollout({ input: "kept" })());
  assertEquals(valueOf(await core.dequeueRollout()())?.input, "kept");
});
