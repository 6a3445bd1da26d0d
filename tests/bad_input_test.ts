/**
 * Bad input, at every function of the face: a `Validation` or an `InvalidArgument` that names the
 * place, and a store that is as it was; or else an exact round trip.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createStore, type LightningStore, memory, type Span, sqlite } from "../mod.ts";
import { spanOf, standingClock } from "../src/testing/mod.ts";

/** What a caller without types may call. */
type Untyped = (args?: unknown) => () => Promise<Outcome>;
type Outcome =
  | { readonly _tag: "Right"; readonly right: unknown }
  | {
    readonly _tag: "Left";
    readonly left: {
      readonly _tag: string;
      readonly message: string;
      readonly argument?: string;
      readonly faults?: readonly { readonly path: string }[];
    };
  };

interface Prepared {
  readonly store: LightningStore;
  readonly ids: { readonly rollout_id: string; readonly attempt_id: string };
}

const STORES: Readonly<Record<string, () => Promise<LightningStore>>> = {
  memory: () => Promise.resolve(createStore(memory(), OPTIONS)),
  sqlite: async () => {
    const opened = await sqlite({ path: ":memory:" })();
    if (opened._tag === "Left") throw new Error(opened.left.message);
    return createStore(opened.right, OPTIONS);
  },
};

/** Time stands still, so that a state that nobody touched is the same to the last digit. */
const OPTIONS = { clock: standingClock().now, log: () => {} };

/** Runs a test on a store that holds one claimed rollout. */
const onEachStore = (name: string, test: (prepared: Prepared) => Promise<void>): void => {
  for (const [backend, open] of Object.entries(STORES)) {
    Deno.test(`bad input: ${backend}: ${name}`, async () => {
      const store = await open();
      await store.enqueueRollout({ input: "first" })();
      const claimed = valueOf(await store.dequeueRollout({ worker_id: "w" })());
      const rollout_id = claimed?.rollout_id ?? "";
      const attempt_id = claimed?.attempt.attempt_id ?? "";
      await test({ store, ids: { rollout_id, attempt_id } });
      await store.close()();
    });
  }
};

const valueOf = <A>(
  outcome: { readonly _tag: "Right"; readonly right: A } | {
    readonly _tag: "Left";
    readonly left: unknown;
  },
): A => {
  if (outcome._tag === "Right") return outcome.right;
  throw new Error(`expected a result, got ${JSON.stringify(outcome.left)}`);
};

const call = (store: LightningStore, operation: string, args: unknown): Promise<Outcome> => {
  const run: Untyped = Reflect.get(store, operation);
  return run(args)();
};

/** Everything that can be seen of a store. */
const stateOf = async (store: LightningStore, rollout_id: string): Promise<unknown> => [
  await store.statistics()(),
  await store.queryRollouts()(),
  await store.queryAttempts({ rollout_id })(),
  await store.querySpans({ rollout_id })(),
  await store.queryWorkers()(),
  await store.queryResources()(),
];

const otelSpan = {
  name: "n",
  spanContext: () => ({ traceId: "t", spanId: "s" }),
  startTime: [1, 0],
  endTime: [2, 0],
  status: { code: 0 },
  attributes: {},
  events: [],
  links: [],
  resource: { attributes: {} },
};

const prompt = { resource_type: "prompt_template", template: "hi", engine: "f-string" };

/** For every operation with an argument, one that fits; and the kind of each of its fields. */
const FITTING: Readonly<Record<string, (ids: Prepared["ids"]) => Record<string, unknown>>> = {
  startRollout: () => ({
    input: 1,
    mode: "train",
    resources_id: "r",
    config: { timeout_seconds: 1, unresponsive_seconds: 1, max_attempts: 1, retry_condition: [] },
    metadata: {},
    worker_id: "w",
  }),
  enqueueRollout: () => ({
    input: 1,
    mode: "train",
    resources_id: "r",
    config: { timeout_seconds: 1, unresponsive_seconds: 1, max_attempts: 1, retry_condition: [] },
    metadata: {},
  }),
  enqueueManyRollouts: () => ({ rollouts: [{ input: 1 }, { input: 2, config: {} }] }),
  dequeueRollout: () => ({ worker_id: "w" }),
  dequeueManyRollouts: () => ({ limit: 1, worker_id: "w" }),
  startAttempt: ({ rollout_id }) => ({ rollout_id, worker_id: "w" }),
  queryRollouts: () => ({
    status_in: ["failed"],
    rollout_id_in: ["x"],
    rollout_id_contains: "x",
    status: ["failed"],
    rollout_ids: ["x"],
    filter_logic: "or",
    sort_by: "status",
    sort_order: "desc",
    limit: 1,
    offset: 1,
  }),
  getRolloutById: ({ rollout_id }) => ({ rollout_id }),
  updateRollout: ({ rollout_id }) => ({
    rollout_id,
    input: 1,
    mode: "val",
    resources_id: "r",
    status: "running",
    config: { max_attempts: 2 },
    metadata: {},
  }),
  queryAttempts: ({ rollout_id }) => ({
    rollout_id,
    sort_by: "status",
    sort_order: "asc",
    limit: 1,
    offset: 0,
  }),
  getLatestAttempt: ({ rollout_id }) => ({ rollout_id }),
  updateAttempt: (ids) => ({
    ...ids,
    status: "running",
    worker_id: "w",
    last_heartbeat_time: 1,
    metadata: {},
  }),
  addSpan: (ids) => ({ span: spanOf(ids, "s1") }),
  addManySpans: (ids) => ({ spans: [spanOf(ids, "s1"), spanOf(ids, "s2")] }),
  addOtelSpan: (ids) => ({ ...ids, readable_span: otelSpan, sequence_id: 1 }),
  querySpans: (ids) => ({
    ...ids,
    trace_id: "x",
    trace_id_contains: "x",
    span_id: "x",
    span_id_contains: "x",
    parent_id: "x",
    parent_id_contains: "x",
    name: "x",
    name_contains: "x",
    filter_logic: "and",
    sort_by: "name",
    sort_order: "asc",
    limit: 1,
    offset: 0,
  }),
  getNextSpanSequenceId: (ids) => ({ ...ids }),
  getManySpanSequenceIds: (ids) => ({ pairs: [ids, ids] }),
  addResources: () => ({ resources: { p: prompt } }),
  updateResources: () => ({ resources_id: "r", resources: { p: prompt } }),
  queryResources: () => ({
    resources_id: "x",
    resources_id_contains: "x",
    sort_by: "version",
    sort_order: "asc",
    limit: 1,
    offset: 0,
  }),
  getResourcesById: () => ({ resources_id: "r" }),
  queryWorkers: () => ({
    status_in: ["idle"],
    worker_id_contains: "x",
    filter_logic: "and",
    sort_by: "status",
    sort_order: "asc",
    limit: 1,
    offset: 0,
  }),
  getWorkerById: () => ({ worker_id: "w" }),
  updateWorker: () => ({ worker_id: "w", heartbeat_stats: {} }),
  waitForRollouts: ({ rollout_id }) => ({ rollout_ids: [rollout_id], timeout: 0 }),
};

class Custom {
  readonly field = 1;
}

const cycle: Record<string, unknown> = {};
cycle["self"] = cycle;

const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = { a: value };
  return value;
};

const throwing = {
  get field(): never {
    throw new Error("no");
  },
};

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

/** Values that fit no field at all, opaque ones included. */
const HOSTILE: Readonly<Record<string, () => unknown>> = {
  "NaN": () => NaN,
  "Infinity": () => -Infinity,
  "a BigInt": () => 1n,
  "a function": () => () => 1,
  "a symbol": () => Symbol("s"),
  "a Date": () => new Date(0),
  "a Map": () => new Map([[1, 2]]),
  "an instance": () => new Custom(),
  "a cycle": () => cycle,
  "10,000 levels": () => nested(10_000),
  "an array with a hole": () => [1, , 3],
  "undefined in a list": () => [undefined],
  "undefined in an object": () => ({ a: undefined }),
  "a getter that throws": () => throwing,
  "a revoked proxy": revoked,
};

/** Those that are plain objects with keys of their own. */
const UNKNOWN_KEYS: ReadonlySet<string> = new Set([
  "a cycle",
  "10,000 levels",
  "undefined in an object",
  "a getter that throws",
]);

const refusedAt = (outcome: Outcome): string | null =>
  outcome._tag === "Right"
    ? null
    : outcome.left._tag === "Validation"
    ? outcome.left.faults?.[0]?.path ?? ""
    : outcome.left._tag === "InvalidArgument"
    ? outcome.left.argument ?? ""
    : null;

onEachStore("a value that fits nowhere is refused at each field, by its name", async (it) => {
  const before = await stateOf(it.store, it.ids.rollout_id);
  for (const [operation, fitting] of Object.entries(FITTING)) {
    for (const field of Object.keys(fitting(it.ids))) {
      for (const [name, value] of Object.entries(HOSTILE)) {
        // A config drops keys that it does not know, whatever they hold.
        if (field === "config" && UNKNOWN_KEYS.has(name)) continue;
        const outcome = await call(it.store, operation, {
          ...fitting(it.ids),
          [field]: value(),
        });
        const at = refusedAt(outcome);
        assert(
          at !== null && at.startsWith(field),
          `${operation} with ${name} as ${field}: ${at ?? outcome._tag}`,
        );
      }
    }
  }
  assertEquals(await stateOf(it.store, it.ids.rollout_id), before);
});

onEachStore("an argument that is no record is refused, and never throws", async (it) => {
  const before = await stateOf(it.store, it.ids.rollout_id);
  for (const operation of Object.keys(FITTING)) {
    for (const args of [null, 1, "text", true, [], () => 1, revoked(), throwing, Symbol("s"), 1n]) {
      const outcome = await call(it.store, operation, args);
      // Without required fields, a record of another sort is a record that says nothing.
      if (args === throwing && outcome._tag === "Right") continue;
      assert(refusedAt(outcome) !== null, `${operation}: ${typeof args} gave ${outcome._tag}`);
    }
  }
  assertEquals(await stateOf(it.store, it.ids.rollout_id), before);
});

onEachStore("words that no enumeration has are refused", async ({ store, ids }) => {
  const before = await stateOf(store, ids.rollout_id);
  for (
    const [operation, args, at] of [
      ["enqueueRollout", { input: 1, mode: "eval" }, "mode"],
      [
        "enqueueRollout",
        { input: 1, config: { retry_condition: ["never"] } },
        "config.retry_condition[0]",
      ],
      ["updateRollout", { rollout_id: ids.rollout_id, status: "done" }, "status"],
      ["updateAttempt", { ...ids, status: "cancelled" }, "status"],
      ["queryRollouts", { status_in: ["done"] }, "status_in[0]"],
      ["queryRollouts", { filter_logic: "xor" }, "filter_logic"],
      ["queryRollouts", { sort_by: "status", sort_order: "up" }, "sort_order"],
      ["queryRollouts", { sort_by: "constructor" }, "sort_by"],
      ["queryWorkers", { status_in: ["gone"] }, "status_in[0]"],
      ["querySpans", { ...ids, limit: -2 }, "limit"],
      ["queryAttempts", { ...ids, offset: -1 }, "offset"],
      ["queryResources", { limit: 1.5 }, "limit"],
      [
        "addResources",
        { resources: { a: { resource_type: "constructor" } } },
        "resources.a.resource_type",
      ],
      [
        "addResources",
        { resources: { "a.b": { ...prompt, engine: "php" } } },
        'resources["a.b"].engine',
      ],
      [
        "addSpan",
        { span: { ...spanOf(ids, "s"), status: { status_code: "FINE" } } },
        "span.status.status_code",
      ],
      [
        "addSpan",
        { span: { ...spanOf(ids, "s"), events: [{ name: "e" }] } },
        "span.events[0].attributes",
      ],
      ["addOtelSpan", { ...ids, readable_span: { ...otelSpan, status: null } }, "readable_span"],
      ["addOtelSpan", { ...ids, readable_span: { ...otelSpan, name: 7 } }, "readable_span.name"],
      ["dequeueManyRollouts", { limit: "2" }, "limit"],
      ["getManySpanSequenceIds", { pairs: [ids, { rollout_id: 1 }] }, "pairs[1].rollout_id"],
    ] as const
  ) {
    assertEquals(refusedAt(await call(store, operation, args)), at, `${operation} at ${at}`);
  }
  assertEquals(await stateOf(store, ids.rollout_id), before);
});

onEachStore("ids are text that every engine can hold", async ({ store, ids }) => {
  for (const bad of ["a\0b", "\ud800", "x\udc00y", 7, {}, true]) {
    for (
      const [operation, args, at] of [
        ["updateWorker", { worker_id: bad }, "worker_id"],
        ["enqueueRollout", { input: 1, resources_id: bad }, "resources_id"],
        ["updateResources", { resources_id: bad, resources: {} }, "resources_id"],
        ["addSpan", { span: { ...spanOf(ids, "s"), span_id: bad } }, "span.span_id"],
      ] as const
    ) {
      assertEquals(refusedAt(await call(store, operation, args)), at);
    }
  }
});

/** An object with a key that is the object's own, `__proto__` included. */
const withKey = (key: string, value: unknown): Record<string, unknown> =>
  Object.defineProperty({}, key, { value, enumerable: true, configurable: true, writable: true });

/** Opaque values that come back as they went in. */
const OPAQUE: Readonly<Record<string, unknown>> = {
  "hostile keys": [
    "__proto__",
    "constructor",
    "toString",
    "$where",
    "a.b",
    "",
    " ",
    "ключ",
    "\0",
    "\ud800",
  ]
    .map((key) => withKey(key, withKey(key, 1))),
  "hostile strings": [
    "",
    "\0",
    "a\0b",
    "\ud800",
    "\udc00x",
    "\u2028",
    "😀",
    "'; DROP TABLE rollout",
  ],
  "numbers": [0, 1.5, -1, 1e308, 5e-324, 2 ** 53, -(2 ** 53), 1e21, 0.1],
  "a huge string": "x".repeat(1_000_000),
  "500 levels": nested(500),
  "a wide list": Array.from({ length: 10_000 }, (_, i) => i),
  "an object without prototype": Object.assign(Object.create(null), { a: 1 }),
};

onEachStore("opaque values come back as they went in", async ({ store, ids }) => {
  for (const [name, value] of Object.entries(OPAQUE)) {
    const before = JSON.stringify(value);
    const object = { value };
    const rollout = valueOf(
      await call(store, "enqueueRollout", { input: value, metadata: object }),
    );
    const rollout_id = String(Reflect.get(Object(rollout), "rollout_id"));
    const stored = valueOf(await store.getRolloutById({ rollout_id })());
    assertEquals(JSON.stringify(stored?.input), before, name);
    assertEquals(JSON.stringify(stored?.metadata), JSON.stringify(object), name);

    const span = { ...spanOf(ids, `span ${name}`), extra: value, attributes: {} };
    valueOf(await call(store, "addSpan", { span }));
    const spans = valueOf(await store.querySpans({ ...ids, span_id: `span ${name}` })());
    const [back] = spans.items;
    assertEquals(JSON.stringify(Reflect.get(Object(back), "extra")), before, name);

    valueOf(await call(store, "updateWorker", { worker_id: "w", heartbeat_stats: object }));
    const seen = valueOf(await store.getWorkerById({ worker_id: "w" })());
    assertEquals(JSON.stringify(seen?.heartbeat_stats), JSON.stringify(object), name);

    const endpoint = { endpoint: "http://h", model: "m", sampling_parameters: object };
    const resources = { llm: { resource_type: "llm", ...endpoint } };
    valueOf(await call(store, "updateResources", { resources_id: "r", resources }));
    const latest = valueOf(await store.getLatestResources()());
    const kept = Reflect.get(Object(latest?.resources["llm"]), "sampling_parameters");
    assertEquals(JSON.stringify(kept), JSON.stringify(object), name);
  }
});

onEachStore("attributes and names of resources keep hostile keys", async ({ store, ids }) => {
  const keys = ["__proto__", "constructor", "$where", "a.b", "", "gen_ai.response.id"];
  for (const [i, key] of keys.entries()) {
    const attributes = withKey(key, ["x", "\ud800", "\0"]);
    // A computed key makes no difference to the type.
    const span = spanOf(ids, `s${i}`, { attributes: attributes as Span["attributes"] });
    assertEquals((await store.addSpan({ span })())._tag, "Right");
    const found = valueOf(await store.querySpans({ ...ids, span_id: `s${i}` })());
    assertEquals(JSON.stringify(found.items[0]?.attributes), JSON.stringify(attributes));
    const resources = withKey(key, prompt);
    valueOf(await call(store, "updateResources", { resources_id: "r", resources }));
    const latest = valueOf(await store.getLatestResources()());
    assertEquals(JSON.stringify(latest?.resources), JSON.stringify(resources));
  }
});

onEachStore("-0 is 0, as in JSON", async ({ store }) => {
  const { input } = valueOf(await store.enqueueRollout({ input: [-0] })());
  assertEquals(input, [0]);
});

Deno.test("bad input: each fault is one sentence: where, what is expected, what came", async () => {
  const store = createStore(memory());
  for (
    const [operation, args, message] of [
      ["enqueueRollout", {}, "input: expected a JSON value, got nothing"],
      ["enqueueRollout", null, "expected a request for a rollout, got null"],
      [
        "enqueueManyRollouts",
        { rollouts: [{ input: 1 }, { input: 2, config: { max_attempts: 0 } }] },
        "rollouts[1].config.max_attempts: expected an integer of at least 1, got 0",
      ],
      [
        "enqueueRollout",
        { input: { a: [1, { b: new Date(0) }] } },
        "input.a[1].b: expected a JSON value, got a Date",
      ],
      [
        "enqueueRollout",
        { input: 1n, mode: "foo" },
        'input: expected a JSON value, got the BigInt 1; mode: expected one of "train", "val", "test" or null, got "foo"',
      ],
      ["enqueueRollout", { input: cycle }, "input.self: expected a JSON value, got a cycle"],
      [
        "updateRollout",
        { rollout_id: "r", status: null },
        'status: expected one of "queuing", "preparing", "running", "failed", "succeeded", "cancelled", "requeuing", got null',
      ],
      ["dequeueManyRollouts", { limit: 1.5 }, "limit: expected an integer, got 1.5"],
      ["queryRollouts", { limit: -2 }, "limit: expected -1 for all, or 0 and up, got -2"],
      [
        "queryRollouts",
        { sort_by: "nosuch" },
        'sort_by: expected null or one of rollout_id, start_time, end_time, mode, resources_id, status, got "nosuch"',
      ],
      [
        "addResources",
        { resources: { main: { resource_type: "gpu" } } },
        'resources.main.resource_type: expected one of "llm", "proxy_llm", "prompt_template", got "gpu"',
      ],
      [
        "updateWorker",
        { worker_id: "w", heartbeat_stats: null },
        "heartbeat_stats: expected a JSON object, got null",
      ],
      [
        "updateWorker",
        { worker_id: "x".repeat(80) + "\0" },
        `worker_id: expected a string without NUL or lone surrogates, got "${"x".repeat(56)}...`,
      ],
    ] as const
  ) {
    const outcome = await call(store, operation, args);
    assertEquals(outcome._tag === "Left" && outcome.left.message, message);
  }
  const deep = await call(store, "enqueueRollout", { input: nested(10_000) });
  assertStringIncludes(
    deep._tag === "Left" ? deep.left.message : "",
    "got more than 512 levels of nesting",
  );
});
