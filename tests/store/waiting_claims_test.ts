/** Claims that wait until there is something to claim. */

import { assertEquals } from "@std/assert";
import { mock } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createStore, memory, openStore, promises, type PromiseStore, sqlite } from "../../mod.ts";
import { standingClock } from "../../src/testing/mod.ts";
import { eventually } from "../eventually.ts";
import { temporaryFolder } from "../temporary_folder.ts";

/** Longer than any test waits. */
const LONG = { wait_seconds: 60 };

/** A store whose watchdog has had its turn, for which the first caller waits longer than others. */
const opened = async (): Promise<PromiseStore> => {
  const store = promises(createStore(memory()));
  await store.dequeueRollout();
  return store;
};

const tick = () => delay(0);

Deno.test("waiting claim: an enqueue wakes the first who waits", async () => {
  const store = await opened();
  const first = store.dequeueRollout({ ...LONG, worker_id: "w-1" });
  const second = store.dequeueRollout({ ...LONG, worker_id: "w-2" });
  await tick();
  await store.enqueueRollout({ input: "a" });
  assertEquals((await first)?.attempt.worker_id, "w-1");
  await store.enqueueRollout({ input: "b" });
  assertEquals((await second)?.input, "b");
});

Deno.test("waiting claim: many that come together wake as many", async () => {
  const store = await opened();
  const waiting = Array.from({ length: 3 }, () => store.dequeueRollout(LONG));
  await tick();
  await store.enqueueManyRollouts({ rollouts: [{ input: 0 }, { input: 1 }, { input: 2 }] });
  assertEquals((await Promise.all(waiting)).map((it) => it?.input), [0, 1, 2]);
});

Deno.test("waiting claim: what is there already is claimed at once", async () => {
  const store = await opened();
  await store.enqueueManyRollouts({ rollouts: [{ input: 0 }, { input: 1 }] });
  assertEquals((await store.dequeueManyRollouts({ ...LONG, limit: 5 })).length, 2);
});

Deno.test("waiting claim: with nothing to claim, it ends after its time with nothing", async () => {
  const store = await opened();
  assertEquals(await store.dequeueRollout({ wait_seconds: 0.01 }), null);
  assertEquals(await store.dequeueRollout({ wait_seconds: -1 }), null);
  assertEquals(await store.dequeueManyRollouts({ wait_seconds: 0.01, limit: 2 }), []);
  assertEquals(await store.dequeueManyRollouts({ ...LONG, limit: 0 }), []);
});

Deno.test("waiting claim: one whose caller is gone claims nothing, and the next one is woken", async () => {
  const store = await opened();
  const gone = new AbortController();
  const first = store.dequeueRollout(LONG, { signal: gone.signal });
  const second = store.dequeueRollout({ ...LONG, worker_id: "w-2" });
  await tick();
  const enqueued = store.enqueueRollout({ input: "a" });
  gone.abort();
  const error = await first.then(() => null, (cause: unknown) => cause);
  assertEquals(Object(error).error?._tag, "Aborted");
  await enqueued;
  assertEquals((await second)?.attempt.worker_id, "w-2");
});

Deno.test("waiting claim: one whose caller has gone before it claims nothing, with or without a wait", async () => {
  const store = await opened();
  await store.enqueueRollout({ input: "a" });
  for (const wait_seconds of [0, 60]) {
    const call = store.dequeueRollout({ wait_seconds }, { signal: AbortSignal.abort() });
    const error = await call.then(() => null, (cause: unknown) => cause);
    assertEquals(Object(error).error?._tag, "Aborted");
  }
  assertEquals((await store.dequeueRollout())?.input, "a");
});

Deno.test("waiting claim: one that fails leaves what woke it to the next one", async () => {
  const backend = memory();
  const failing = { next: false };
  const store = promises(createStore({
    ...backend,
    claim: (requests) => {
      if (!failing.next) return backend.claim(requests);
      failing.next = false;
      return Promise.reject(new Error("passing"));
    },
  }));
  await store.dequeueRollout();
  const first = store.dequeueRollout(LONG);
  const second = store.dequeueRollout({ ...LONG, worker_id: "w-2" });
  await tick();
  failing.next = true;
  const error = first.then(() => null, (cause: unknown) => cause);
  await store.enqueueRollout({ input: "a" });
  assertEquals(Object(await error).error?._tag, "Backend");
  assertEquals((await second)?.attempt.worker_id, "w-2");
});

Deno.test("waiting claim: what is to be tried again wakes too", async () => {
  const store = await opened();
  await store.enqueueRollout({
    input: 1,
    config: { max_attempts: 3, retry_condition: ["failed"] },
  });
  const claimed = await store.dequeueRollout();
  const waiting = store.dequeueRollout(LONG);
  await tick();
  const { rollout_id = "", attempt_id = "" } = claimed?.attempt ?? {};
  await store.updateAttempt({ rollout_id, attempt_id, status: "failed" });
  assertEquals((await waiting)?.attempt.sequence_id, 2);
  const again = store.dequeueRollout(LONG);
  await tick();
  await store.updateRollout({ rollout_id, status: "requeuing" });
  assertEquals((await again)?.attempt.sequence_id, 3);
});

Deno.test("waiting claim: while everyone waits, the watchdog looks for what has expired", async () => {
  const clock = standingClock();
  const store = promises(
    createStore(memory(), { clock: clock.now, scanDebounceSeconds: 0, log: () => {} }),
  );
  await store.enqueueRollout({
    input: 1,
    config: { timeout_seconds: 1, max_attempts: 2, retry_condition: ["timeout"] },
  });
  await store.dequeueRollout();
  const waiting = store.dequeueRollout(LONG);
  await tick();
  clock.advance(2);
  assertEquals((await waiting)?.attempt.sequence_id, 2);
});

Deno.test("waiting claim: what another store on the same file enqueues is found", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/store.db`;
  const open = async () => {
    const backend = await sqlite({ path })();
    if (backend._tag === "Left") throw new Error(backend.left.message);
    return promises(createStore(backend.right));
  };
  const [here, there] = [await open(), await open()];
  const waiting = [here.dequeueRollout(LONG), here.dequeueRollout(LONG)];
  await tick();
  await there.enqueueManyRollouts({ rollouts: [{ input: "a" }, { input: "b" }] });
  assertEquals((await Promise.all(waiting)).map((it) => it?.input).toSorted(), ["a", "b"]);
  await here.close();
  await there.close();
});

Deno.test("waiting claim: one looks only once others have written, and again after a look in vain", async () => {
  const backend = memory();
  const version = { now: "1", read: 0 };
  const claims = { count: 0, fails: false };
  const store = promises(createStore({
    ...backend,
    shared: true,
    version: () => {
      version.read++;
      return Promise.resolve({ _tag: "Right", right: version.now });
    },
    claim: (requests) => {
      claims.count++;
      return claims.fails ? Promise.reject(new Error("passing")) : backend.claim(requests);
    },
  }));
  const there = promises(createStore(backend));
  await store.dequeueRollout();
  const first = store.dequeueRollout(LONG).then(() => null, (cause: unknown) => cause);
  await tick();
  const second = store.dequeueRollout({ ...LONG, worker_id: "w-2" });
  await eventually(() => version.read > 6);
  // One before any waited, one of each, and one with the first version.
  assertEquals(claims.count, 4);
  claims.fails = true;
  await there.enqueueRollout({ input: "a" });
  version.now = "2";
  assertEquals(Object(await first).error?._tag, "Backend");
  claims.fails = false;
  assertEquals((await second)?.attempt.worker_id, "w-2");
});

for (const place of ["memory:", "sqlite::memory:", "a file"]) {
  Deno.test(`waiting claim: closing the store ends it, as it does a wait: ${place}`, async () => {
    await using folder = await temporaryFolder();
    const store = await openStore(place === "a file" ? `sqlite:${folder.path}/store.db` : place);
    const { rollout_id } = await store.startRollout({ input: 1 });
    // Which would come first if closing it did not.
    const options = { signal: AbortSignal.timeout(10_000) };
    const waiting = [
      store.dequeueRollout(LONG, options),
      store.dequeueManyRollouts({ ...LONG, limit: 2 }, options),
      store.waitForRollouts({ rollout_ids: [rollout_id] }, options),
    ].map((it) => it.then(() => null, (cause: unknown) => cause));
    await tick();
    await store.close();
    for (const cause of await Promise.all(waiting)) {
      assertEquals(Object(cause).error, {
        _tag: "Backend",
        message: "The store is closed",
        cause: null,
      });
    }
  });
}

Deno.test("waiting claim: whoever comes during a scan of others who left watches alone", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const backend = memory();
    let scans = 0;
    let scanned = () => {};
    const store = promises(createStore({
      ...backend,
      overdue: async (now, limit) => {
        scans++;
        await new Promise<void>((resolve) => scanned = resolve);
        return await backend.overdue(now, limit);
      },
    }, { scanDebounceSeconds: 0 }));
    const settle = async () => {
      scanned();
      for (let microtask = 0; microtask < 100; microtask++) await null;
    };
    const gone = new AbortController();
    const first = store.dequeueRollout(LONG, { signal: gone.signal }).catch(() => null);
    await settle();
    mock.timers.tick(1000);
    assertEquals(scans, 2);
    // The first one leaves while its timer scans; another takes its place, and need not scan.
    gone.abort();
    await first;
    const second = store.dequeueRollout(LONG).catch(() => null);
    await settle();
    for (const expected of [3, 4, 5]) {
      mock.timers.tick(1000);
      assertEquals(scans, expected);
      await settle();
    }
    await store.close();
    await second;
  } finally {
    mock.timers.reset();
  }
});
