/**
 * Bad input, at every function of the face: a `Validation` or an `InvalidArgument` that names the
 * place, and a store that is as it was; or else an exact round trip.
 */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createStore, decode, memory, WaitForRollouts } from "../mod.ts";
import { spanOf } from "../src/testing/mod.ts";
import { type Door, ID_DOORS, NAME_DOORS, STRING_DOORS, VALUE_DOORS } from "./bad_input/doors.ts";
import { type Ids, OPERATIONS, otelSpan } from "./bad_input/operations.ts";
import { type Place, placesOf } from "./bad_input/places.ts";
import {
  call,
  inWords,
  onEachStore,
  type Prepared,
  refusedAt,
  stateOf,
} from "./bad_input/prepared.ts";
import {
  HOSTILE,
  IDS,
  KEYS_OF_THEIR_OWN,
  nested,
  NO_IDS,
  NO_RECORDS,
  OPAQUE,
  STRINGS,
  THROWING,
  typeOf,
  WRONG,
} from "./bad_input/values.ts";
import { start } from "./process.ts";

/** Runs a test in which everything is refused, so that the store is in the end as it was. */
const onEachUntouched = (name: string, test: (prepared: Prepared) => Promise<void>): void =>
  onEachStore(name, async (prepared) => {
    const before = await stateOf(prepared.store, prepared.ids.rollout_id);
    await test(prepared);
    assertEquals(await stateOf(prepared.store, prepared.ids.rollout_id), before);
  });

/** Every place of every operation's argument. */
const everyPlace = (ids: Ids): readonly (readonly [string, Place])[] =>
  Object.entries(OPERATIONS).flatMap(([operation, { fitting }]) =>
    placesOf(fitting(ids)).map((place) => [operation, place] as const)
  );

/** A value of an attribute, which is judged as a whole, or an item of it. */
const ATTRIBUTE = /^(.*attributes(?:\.\w+|\["[^"]*"\]))(?:\[\d+\])?$/;

/** A key of an object that may have any keys, and so may lack each. */
const ENTRY = /(attributes|trace_state)(\.\w+|\["[^"]*"\])$|^resources\.\w+$/;

/** Tries values in places, and asserts that each is refused by the name of its place. */
const assertRefused = async (
  { store, ids }: Prepared,
  tries: (operation: string, place: Place) => Readonly<Record<string, readonly unknown[]>>,
): Promise<void> => {
  const taken: string[] = [];
  let tried = 0;
  for (const [operation, place] of everyPlace(ids)) {
    const path = ATTRIBUTE.exec(place.path)?.[1] ?? place.path;
    for (const [name, wholes] of Object.entries(tries(operation, place))) {
      for (const whole of wholes) {
        const outcome = await call(store, operation, whole);
        tried += 1;
        if (refusedAt(outcome)?.startsWith(path)) continue;
        taken.push(`${operation} with ${name} at ${path}: ${inWords(outcome)}`);
      }
    }
  }
  assert(tried > 100, "the places were not recognized");
  assertEquals(taken, []);
};

/** Values by name, put into a place. */
const put = (place: Place, values: Readonly<Record<string, () => unknown>>) =>
  Object.fromEntries(
    Object.entries(values)
      // A config drops keys that it does not know, whatever they hold.
      .filter(([name]) => !(place.path.endsWith("config") && KEYS_OF_THEIR_OWN.has(name)))
      .map(([name, value]) => [name, [place.with(value())]]),
  );

onEachUntouched(
  "a value that fits nowhere is refused at each place, by its name",
  (it) => assertRefused(it, (_, place) => put(place, HOSTILE)),
);

onEachUntouched(
  "a value that throws is refused at each place, by its name",
  (it) => assertRefused(it, (_, place) => put(place, THROWING)),
);

onEachUntouched(
  "a value of the wrong type is refused at each place that has one",
  (it) =>
    assertRefused(it, (_, place) => {
      const wrong = /(input|extra)$/.test(place.path)
        ? []
        : ATTRIBUTE.test(place.path)
        ? [{}, [[]], [{}]]
        : WRONG[typeOf(place.held)] ?? [];
      return { "the wrong type": wrong.map(place.with) };
    }),
);

onEachUntouched(
  "null and nothing are refused where they are not allowed",
  (it) =>
    assertRefused(it, (operation, place) => {
      const lenient = OPERATIONS[operation]?.lenient?.[place.path] ?? "";
      const mayLack = lenient.includes("nothing") || ENTRY.test(place.path);
      return {
        null: lenient.includes("null") ? [] : [place.with(null)],
        nothing: mayLack ? [] : [place.without(), place.with(undefined)],
      };
    }),
);

onEachUntouched("an argument that is no record, or none at all, is refused", async (it) => {
  for (const [operation, { fitting, lenient = {} }] of Object.entries(OPERATIONS)) {
    for (const args of NO_RECORDS) {
      const outcome = await call(it.store, operation, args());
      assertEquals(refusedAt(outcome), "", `${operation}: ${inWords(outcome)}`);
    }
    const needs = Object.keys(fitting(it.ids)).some((key) => !lenient[key]?.includes("nothing"));
    if (needs) assertEquals(refusedAt(await call(it.store, operation)), "", operation);
  }
});

onEachUntouched("words that no enumeration has are refused", async ({ store, ids }) => {
  const prompt = { resource_type: "prompt_template", template: "hi", engine: "f-string" };
  const span = spanOf(ids, "s");
  for (
    const [operation, args, at] of [
      ["enqueueRollout", { input: 1, mode: "eval" }, "mode"],
      ["enqueueRollout", { input: 1, mode: "toString" }, "mode"],
      [
        "enqueueRollout",
        { input: 1, config: { retry_condition: ["failed", "never"] } },
        "config.retry_condition[1]",
      ],
      ["updateRollout", { ...ids, status: "done" }, "status"],
      ["updateRollout", { ...ids, status: "__proto__" }, "status"],
      ["updateAttempt", { ...ids, status: "cancelled" }, "status"],
      ["queryRollouts", { status_in: ["failed", "done"] }, "status_in[1]"],
      ["queryRollouts", { filter_logic: "xor" }, "filter_logic"],
      ["queryRollouts", { sort_by: "status", sort_order: "up" }, "sort_order"],
      ["queryRollouts", { sort_by: "constructor" }, "sort_by"],
      ["queryAttempts", { ...ids, sort_by: "status; DROP TABLE attempt" }, "sort_by"],
      ["querySpans", { ...ids, sort_by: "attributes" }, "sort_by"],
      ["queryResources", { sort_by: "__proto__" }, "sort_by"],
      ["queryWorkers", { sort_by: "heartbeat_stats" }, "sort_by"],
      ["queryWorkers", { status_in: ["gone"] }, "status_in[0]"],
      ["addResources", { resources: { a: { ...prompt, resource_type: "gpu" } } }, "resources.a"],
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
        { span: { ...span, status: { status_code: "FINE" } } },
        "span.status.status_code",
      ],
      ["addOtelSpan", { ...ids, readable_span: { ...otelSpan, status: null } }, "readable_span"],
      ["addOtelSpan", { ...ids, readable_span: { ...otelSpan, name: 7 } }, "readable_span.name"],
      [
        "addOtelSpan",
        { ...ids, readable_span: { ...otelSpan, endTime: [NaN, 0] } },
        "readable_span.end_time",
      ],
      [
        "addOtelSpan",
        { ...ids, readable_span: { ...otelSpan, attributes: { a: {} } } },
        "readable_span.attributes.a",
      ],
    ] as const
  ) {
    const outcome = await call(store, operation, args);
    assert(refusedAt(outcome)?.startsWith(at), `${operation} at ${at}: ${inWords(outcome)}`);
  }
});

onEachUntouched("numbers out of their range are refused", async ({ store, ids }) => {
  const paged = ["queryRollouts", "queryAttempts", "querySpans", "queryResources", "queryWorkers"];
  const rows = [
    ...paged.flatMap((operation) => [
      ...[-2, 1.5, "x", -1e308].map((limit) => [operation, { ...ids, limit }, "limit"] as const),
      ...[-1, 0.5, "x"].map((offset) => [operation, { ...ids, offset }, "offset"] as const),
    ]),
    ...[1.5, -0.5].flatMap((odd) => [
      ["dequeueManyRollouts", { limit: odd }, "limit"] as const,
      ["addSpan", { span: spanOf(ids, "s", { sequence_id: odd }) }, "span.sequence_id"] as const,
      [
        "addOtelSpan",
        { ...ids, readable_span: otelSpan, sequence_id: odd },
        "sequence_id",
      ] as const,
    ]),
    ...[0, -1, 1.5, -(2 ** 53)].map((max_attempts) =>
      ["enqueueRollout", { input: 1, config: { max_attempts } }, "config.max_attempts"] as const
    ),
  ];
  for (const [operation, args, at] of rows) {
    const outcome = await call(store, operation, args);
    assertEquals(refusedAt(outcome), at, `${operation}: ${inWords(outcome)}`);
  }
});

/** Places that hold ids, or words to find them by. Those of contexts, and names, are text like any other. */
const isId = ({ path, held }: Place): boolean =>
  typeof held === "string" && !/context|parent\.|events|span.*\.name/.test(path) &&
  /(_id|_ids|_in|_contains|^name|\.name)(\[\d+\])?$/.test(path);

onEachUntouched(
  "ids are text that every engine can hold",
  (it) =>
    assertRefused(it, (_, place) => ({
      "what no id can be": isId(place) ? NO_IDS.map(place.with) : [],
    })),
);

onEachUntouched("what is no signal is refused as one", async ({ store, ids }) => {
  const args = { rollout_ids: [ids.rollout_id], timeout: 0 };
  for (const signal of [{}, "x", 7, true, () => {}, { aborted: false }]) {
    const outcome = await call(store, "waitForRollouts", args, { signal });
    assertEquals(refusedAt(outcome), "signal", inWords(outcome));
  }
});

/** Tries values on doors. As text, a value shows keys of its own, their order, and every unit. */
const comesBack = <A>(
  what: string,
  doors: Readonly<Record<string, Door<A>>>,
  values: Readonly<Record<string, A>>,
): void =>
  onEachStore(what, async (prepared) => {
    for (const [door, through] of Object.entries(doors)) {
      for (const [name, value] of Object.entries(values)) {
        const back = await through(prepared, value);
        const isSame = JSON.stringify(back) === JSON.stringify(value);
        assert(isSame, `${name.slice(0, 60)} through ${door}`);
      }
    }
  });

/** Each string under itself, as a name. */
const named = (strings: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(strings.map((text) => [JSON.stringify(text), text]));

comesBack("opaque values come back as they went in", VALUE_DOORS, OPAQUE);
comesBack("text and keys come back as they went in", STRING_DOORS, named(STRINGS));
comesBack("ids come back as they went in", ID_DOORS, named(IDS));

onEachStore("names come back as they went in, or are refused by a sentence", async (prepared) => {
  for (const [door, through] of Object.entries(NAME_DOORS)) {
    for (const id of IDS) {
      if (prepared.isName(id)) assertEquals(await through(prepared, id), id, door);
      else await assertRejects(() => through(prepared, id), Error, "URL");
    }
  }
});

onEachStore("an id that an object has by birth is as unknown as any", async ({ store }) => {
  for (const id of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    const key = { rollout_id: id, attempt_id: id, worker_id: id, resources_id: id };
    for (
      const operation of ["getRolloutById", "getLatestAttempt", "getWorkerById", "getResourcesById"]
    ) {
      assertEquals(await call(store, operation, key), { _tag: "Right", right: null });
    }
    assertEquals(await call(store, "getNextSpanSequenceId", key), { _tag: "Right", right: 1 });
  }
});

onEachStore("-0 is 0, as in JSON", async (prepared) => {
  for (const [door, through] of Object.entries(VALUE_DOORS)) {
    const back = await through(prepared, -0);
    assert(Object.is(back, 0), door);
  }
  const { store, ids } = prepared;
  const span = spanOf(ids, "zero", { sequence_id: -0, start_time: -0, attributes: { a: [-0] } });
  const config = { timeout_seconds: -0, unresponsive_seconds: -0 };
  const outcomes = [
    await store.updateRollout({ ...ids, config })(),
    await store.updateAttempt({ ...ids, last_heartbeat_time: -0 })(),
    await store.addSpan({ span })(),
    await store.querySpans({ ...ids, span_id: "zero", offset: -0, limit: 1 })(),
  ];
  const zeros = placesOf(outcomes).filter(({ held }) => held === 0);
  assert(zeros.length > 5);
  assertEquals(zeros.filter(({ held }) => Object.is(held, -0)).map(({ path }) => path), []);
});

onEachStore("numbers at the ends of their range come back", async ({ store, ids }) => {
  const ends = [2 ** 52, 2 ** 52 + 1, 1_795_826_913_464_604_160, 2 ** 63 - 1024];
  const spans = [...ends.map((end) => -end).reverse(), ...ends].map((sequence_id) =>
    spanOf(ids, `s${sequence_id}`, {
      name: "far",
      sequence_id,
      start_time: 1e308,
      end_time: -1e308,
    })
  );
  for (const span of spans.toReversed()) {
    assertEquals(await store.addSpan({ span })(), { _tag: "Right", right: span });
  }
  const found = await store.querySpans({ ...ids, name: "far", limit: 2 ** 64 })();
  assertEquals(found, {
    _tag: "Right",
    right: { items: spans, limit: Number.MAX_SAFE_INTEGER, offset: 0, total: spans.length },
  });
  // A counter always has somewhere to go.
  for (const next of [2 ** 52 + 1, 2 ** 52 + 2]) {
    assertEquals(await store.getNextSpanSequenceId(ids)(), { _tag: "Right", right: next });
  }
  const config = {
    timeout_seconds: 1e308,
    unresponsive_seconds: -1e308,
    max_attempts: Number.MAX_SAFE_INTEGER,
    retry_condition: [],
  };
  const made = await store.enqueueRollout({ input: 1, config })();
  const rollout_id = made._tag === "Right" ? made.right.rollout_id : "";
  const back = await store.getRolloutById({ rollout_id })();
  assertEquals(back._tag === "Right" && back.right?.config, config);
});

Deno.test("bad input: a value that changes between looks is refused with a reason", () => {
  let looks = 0;
  const shifty = {
    get rollout_ids() {
      return looks++ < 2 ? 7 : ["x"];
    },
  };
  const outcome = decode(WaitForRollouts, shifty);
  const faults = outcome._tag === "Left" ? outcome.left.faults : [];
  assertEquals(faults.length, 1);
});

Deno.test("bad input: an array of billions of holes is refused at its first one", async (t) => {
  const mod = new URL("../mod.ts", import.meta.url);
  const places = {
    "input[0]": ["EnqueueRolloutRequest", "{ input: holes }"],
    "rollout_ids[0]": ["WaitForRollouts", "{ rollout_ids: holes }"],
    a: ["Attributes", "{ a: holes }"],
  };
  for (const [path, [codec, value]] of Object.entries(places)) {
    await t.step(path, async () => {
      const script = `import { decode, ${codec} } from ${JSON.stringify(mod)};
        const holes = new Array(2 ** 32 - 1);
        const { left } = decode(${codec}, ${value});
        console.log(left.faults[0].path);`;
      // In a process of its own with little memory, which it would otherwise use up.
      const flags = ["--no-check", "--v8-flags=--max-old-space-size=128"];
      const child = start({ script: `data:text/javascript,${encodeURIComponent(script)}`, flags });
      const said = await child.lines.next();
      await child.end();
      assertEquals(said.value, path);
    });
  }
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
      [
        "enqueueRollout",
        { input: HOSTILE["a cycle"]?.() },
        "input.self: expected a JSON value, got a cycle",
      ],
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
        "Invalid sort_by: nosuch, allowed fields are: rollout_id, start_time, end_time, mode, resources_id, status, attempt_id, worker_id, last_heartbeat_time, duration",
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
