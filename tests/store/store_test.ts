/** What a store does beside the contract: ids, log, timer, opening and closing. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import {
  type CallOptions,
  createStore,
  type LogEvent,
  memory,
  type OpenOptions,
  openStore,
  promises,
  StoreException,
} from "../../mod.ts";
import { spanOf, standingClock } from "../../src/testing/mod.ts";
import { eventually } from "../eventually.ts";

const idsOf = (...rollouts: readonly string[]) => {
  let next = 0;
  return {
    rollout: () => rollouts[Math.min(next++, rollouts.length - 1)] ?? "",
    attempt: () => "at-1",
    resources: () => "rs-1",
  };
};

const failureOf = async (promise: Promise<unknown>) => {
  const problem = await promise.then(() => null, (cause: unknown) => cause);
  return problem instanceof StoreException ? problem.error : problem;
};

Deno.test("store: an id that is taken is drawn again (B-03)", async () => {
  const store = promises(createStore(memory(), { ids: idsOf("ro-1", "ro-1", "ro-2") }));
  assertEquals((await store.enqueueRollout({ input: 1 })).rollout_id, "ro-1");
  assertEquals((await store.enqueueRollout({ input: 2 })).rollout_id, "ro-2");
});

Deno.test("store: a source of ids that never gives a free one is a failure, not a loop", async () => {
  const store = promises(createStore(memory(), { ids: idsOf("ro-1") }));
  const { rollout_id } = await store.enqueueRollout({ input: 1 });
  const error = await failureOf(store.enqueueRollout({ input: 2 }));
  assertStringIncludes(JSON.stringify(error), "No free id: ro-1 is taken");
  await store.dequeueRollout();
  await store.updateRollout({ rollout_id, status: "requeuing" });
  assertStringIncludes(JSON.stringify(await failureOf(store.dequeueRollout())), "at-1 is taken");
  assertEquals((await store.getRolloutById({ rollout_id }))?.status, "requeuing");
});

Deno.test("store: a clock or a log that throws is no crash", async () => {
  const clockless = createStore(memory(), {
    clock: (() => {
      let readings = 0;
      return () => {
        if (readings++ > 0) throw new Error("no time");
        return 1;
      };
    })(),
  });
  const outcome = await clockless.enqueueRollout({ input: 1 })();
  assertEquals(outcome._tag === "Left" && outcome.left._tag, "Backend");

  const store = promises(createStore(memory(), {
    log: () => {
      throw new Error("no paper");
    },
  }));
  const { rollout_id, attempt: { attempt_id } } = await store.startRollout({ input: 1 });
  const span = spanOf({ rollout_id, attempt_id }, "s1");
  assertEquals((await store.addSpan({ span }))?.span_id, "s1");
  assertEquals(await store.addSpan({ span }), null);
});

Deno.test("store: whoever asks for it is told of each rollout that ends, and breaks nothing", async () => {
  const ends: unknown[] = [];
  const store = promises(createStore(memory(), {
    scanDebounceSeconds: 0,
    onFinish: ({ rollout_id, status }) => {
      ends.push([rollout_id, status]);
      throw new Error("not now");
    },
  }));
  const worked = await store.startRollout({ input: 1 });
  const { attempt_id } = worked.attempt;
  await store.updateAttempt({ rollout_id: worked.rollout_id, attempt_id, status: "running" });
  await store.updateAttempt({ rollout_id: worked.rollout_id, attempt_id, status: "succeeded" });
  const left = await store.startRollout({ input: 2, config: { timeout_seconds: 1e-6 } });
  await delay(2);
  assertEquals((await store.getRolloutById(left))?.status, "failed");
  const called = await store.enqueueRollout({ input: 3 });
  await store.updateRollout({ rollout_id: called.rollout_id, status: "cancelled" });
  assertEquals(ends, [
    [worked.rollout_id, "succeeded"],
    [left.rollout_id, "failed"],
    [called.rollout_id, "cancelled"],
  ]);
});

Deno.test("store: the watchdog's failure is logged, and the operation goes on (B-18)", async () => {
  const events: LogEvent[] = [];
  const backend = memory();
  const store = promises(createStore({
    ...backend,
    overdue: () =>
      Promise.resolve({
        _tag: "Left",
        left: { _tag: "Backend", message: "no disk", cause: null },
      }),
  }, { log: (event) => void events.push(event) }));
  assertEquals((await store.enqueueRollout({ input: 1 })).status, "queuing");
  assert(
    events.some(({ message, level }) => message === "Watchdog scan failed" && level === "error"),
  );
});

Deno.test("store: what cannot expire keeps nobody from hearing of what has expired", async () => {
  const clock = standingClock();
  const backend = memory();
  const finished: string[] = [];
  const store = promises(createStore({
    ...backend,
    change: async (requests) =>
      (await backend.change(requests)).map((outcome, i) =>
        requests.length > 1 && i === 0
          ? { _tag: "Left", left: { _tag: "Backend", message: "no disk", cause: null } }
          : outcome
      ),
  }, {
    clock: clock.now,
    scanDebounceSeconds: 0,
    log: () => {},
    onFinish: ({ rollout_id }) => void finished.push(rollout_id),
  }));
  const config = { timeout_seconds: 1 };
  await store.startRollout({ input: 1, config });
  const { rollout_id } = await store.startRollout({ input: 2, config });
  clock.advance(2);
  await store.queryRollouts();
  assertEquals(finished, [rollout_id]);
});

Deno.test("store: an operation that waits for a scan comes later than what others did meanwhile", async () => {
  const store = promises(createStore(memory(), { scanDebounceSeconds: 0 }));
  const [claimed, enqueued] = await Promise.all([
    store.dequeueRollout(),
    store.enqueueRollout({ input: 1 }),
  ]);
  assert(claimed !== null && claimed.attempt.start_time > enqueued.start_time);
});

Deno.test("store: resources that no client will read by their id are stored with a warning (H-20)", async () => {
  const events: LogEvent[] = [];
  const store = promises(createStore(memory(), { log: (event) => void events.push(event) }));
  const resources = { main: { resource_type: "llm", endpoint: "e", model: "m" } } as const;
  await store.updateResources({ resources_id: "other", resources });
  await store.updateResources({ resources_id: "latest", resources });
  assertEquals(events.filter(({ level }) => level === "warn").map(({ message }) => message), [
    "Resources with the id latest cannot be read by it over HTTP",
  ]);
  assertEquals((await store.getResourcesById({ resources_id: "latest" }))?.version, 1);
});

Deno.test("store: a timer takes any interval", async () => {
  for (const scanIntervalSeconds of [Infinity, 1e300, 2 ** 31]) {
    let scans = 0;
    const backend = memory();
    const store = promises(createStore({
      ...backend,
      overdue: (now, limit) => {
        scans++;
        return backend.overdue(now, limit);
      },
    }, { scanDebounceSeconds: 0, scanIntervalSeconds }));
    await delay(20);
    assertEquals(scans, 0);
    await store.close();
  }
});

Deno.test("store: a timer lets attempts expire without any call, until the store is closed", async () => {
  const clock = standingClock();
  const backend = memory();
  const store = promises(createStore(backend, {
    clock: clock.now,
    scanDebounceSeconds: 0,
    scanIntervalSeconds: 0.01,
  }));
  const { rollout_id } = await store.startRollout({ input: 1, config: { timeout_seconds: 1 } });
  clock.advance(2);
  const statusOf = async () => {
    const statuses = await backend.statuses([rollout_id]);
    return statuses._tag === "Right" ? statuses.right[0] : null;
  };
  await eventually(async () => await statusOf() !== "preparing");
  assertEquals(await statusOf(), "failed");
  await store.close();
});

Deno.test("store: rollouts that are enqueued together stand in their order by time, forwards and backwards", async () => {
  const store = promises(createStore(memory()));
  const inputs = [0, 1, 2, 3];
  await store.enqueueManyRollouts({ rollouts: inputs.map((input) => ({ input })) });
  for (const sort_order of ["asc", "desc"] as const) {
    const { items } = await store.queryRollouts({ sort_by: "start_time", sort_order });
    const expected = sort_order === "asc" ? inputs : inputs.toReversed();
    assertEquals(items.map(({ input }) => input), expected);
  }
});

Deno.test("store: after close, operations answer Backend", async () => {
  const store = promises(createStore(memory()));
  await store.close();
  const error = await failureOf(store.dequeueRollout());
  assertStringIncludes(JSON.stringify(error), "The store is closed");
  await store.close();
});

Deno.test("store: nothing happens before a task is run", async () => {
  const store = createStore(memory());
  const enqueue = store.enqueueRollout({ input: 1 });
  const before = await store.queryRollouts()();
  assertEquals(before._tag === "Right" && before.right.total, 0);
  await enqueue();
  await enqueue();
  const after = await store.queryRollouts()();
  assertEquals(after._tag === "Right" && after.right.total, 2);
});

const WRONG: readonly (readonly [string, string, OpenOptions, string])[] = [
  ["a scheme that nobody knows", "redis://localhost", {}, "expected memory: or sqlite:PATH"],
  ["no scheme at all", "store.db", {}, 'got "store.db"'],
  ["a scheme of the language's own", "constructor:", {}, "expected memory: or sqlite:PATH"],
  ["memory with a name", "memory:foo", {}, 'got "memory:foo"'],
  ["a file with a password", "sqlite://u:secret@h", {}, 'got "sqlite://***@h"'],
  ["a file with a host", "sqlite://store.db", {}, 'got "sqlite://store.db"'],
  ["no path", "sqlite:", {}, "path: expected a file's path"],
  [
    "thresholds that contradict each other",
    "memory:",
    { memory: { evictionMemoryThreshold: { bytes: 1 }, safeMemoryThreshold: { bytes: 1 } } },
    "safeMemoryThreshold",
  ],
];

/** What callers without types may do: options that are wrong in one place each, and what is told. */
const UNTYPED: readonly (readonly [url: unknown, options: unknown, message: string])[] = [
  [new URL("memory:"), {}, "url: expected memory: or sqlite:PATH"],
  ["memory:", null, "options: expected an object, got null"],
  ["http://localhost/", null, "options: expected an object, got null"],
  ["http://localhost/", "secret", "options: expected an object, got a string"],
  ["http://localhost/", { http: "secret" }, "http: expected an object, got a string"],
  ["memory:", { clock: 7 }, "clock: expected a function, got 7"],
  ["memory:", { ids: {} }, "ids: expected an object with rollout, attempt, resources"],
  ["memory:", { scanDebounceSeconds: "1" }, 'scanDebounceSeconds: expected seconds, got "1"'],
  [
    "sqlite::memory:",
    { scanIntervalSeconds: NaN },
    "scanIntervalSeconds: expected seconds, got NaN",
  ],
  ["memory:", { coalesce: "yes" }, 'coalesce: expected a boolean or a function, got "yes"'],
  ["memory:", { log: console }, "log: expected a function"],
  ["memory:", { onFinish: null }, "onFinish: expected a function, got null"],
  ["memory:", { numbers: "exakt" }, 'numbers: expected "double" or "exact", got "exakt"'],
  ["memory:", { memory: null }, "memory: expected an object, got null"],
  ["memory:", { memory: { frozen: 0 } }, "frozen: expected a boolean, got 0"],
  ["memory:", { memory: { spanSizeEstimator: 1 } }, "spanSizeEstimator: expected a function"],
  ["memory:", { memory: { safeMemoryThreshold: NaN } }, "got NaN"],
  ["memory:", { memory: { evictionMemoryThreshold: { ratio: "0.5" } } }, "evictionMemoryThreshold"],
];

for (const [url, options, message] of UNTYPED) {
  Deno.test(`openStore: ${url} with ${Deno.inspect(options)} is refused`, async () => {
    const error = await failureOf(openStore(url as string, options as OpenOptions));
    assertStringIncludes(String(Reflect.get(Object(error), "message")), message);
    assertEquals(Reflect.get(Object(error), "_tag"), "InvalidArgument");
  });
}

Deno.test("store: a call with options that are none is refused", async () => {
  const store = promises(createStore(memory()));
  const error = await failureOf(store.dequeueRollout({}, null as unknown as CallOptions));
  assertEquals(Reflect.get(Object(error), "message"), "options: expected an object, got null");
  assertEquals(await store.dequeueRollout({}, new AbortController()), null);
});

for (const [name, url, options, message] of WRONG) {
  Deno.test(`openStore: ${name} is refused`, async () => {
    const error = await failureOf(openStore(url, options));
    assertStringIncludes(String(Reflect.get(Object(error), "message")), message);
    assertEquals(Reflect.get(Object(error), "_tag"), "InvalidArgument");
  });
}

Deno.test("openStore: memory takes its thresholds", async () => {
  const memory = { evictionMemoryThreshold: { bytes: 5000 }, safeMemoryThreshold: { bytes: 10 } };
  const store = await openStore("memory:", { memory });
  const { eviction_threshold_bytes, safe_threshold_bytes } = await store.statistics();
  assertEquals([eviction_threshold_bytes, safe_threshold_bytes], [5000, 10]);
});

Deno.test("memory: the error of evicted spans names the option that keeps more of them", async () => {
  const thresholds = { evictionMemoryThreshold: { bytes: 1 }, safeMemoryThreshold: { bytes: 0 } };
  const store = await openStore("memory:", { memory: thresholds });
  const { rollout_id, attempt: { attempt_id } } = await store.startRollout({ input: 1 });
  await store.addManySpans({ spans: [spanOf({ rollout_id, attempt_id }, "s1")] });
  const error = await failureOf(store.querySpans({ rollout_id }));
  assertStringIncludes(JSON.stringify(error), "raise evictionMemoryThreshold");
});

Deno.test("memory: an estimator that fails or answers with no number loses no span", async () => {
  for (
    const spanSizeEstimator of [() => NaN, () => Infinity, () => {
      throw new Error("no scale");
    }]
  ) {
    const store = promises(createStore(memory({ spanSizeEstimator })));
    const { rollout_id, attempt: { attempt_id } } = await store.startRollout({ input: 1 });
    const spans = ["s1", "s2"].map((id) => spanOf({ rollout_id, attempt_id }, id));
    assertEquals((await store.addManySpans({ spans })).length, 2);
    assertEquals((await store.querySpans({ rollout_id })).total, 2);
    const { total_span_bytes = NaN } = await store.statistics();
    assert(total_span_bytes > 2000 && total_span_bytes < 10_000);
  }
});
