import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import {
  chooseEvictions,
  DEFAULT_THRESHOLDS,
  estimateSpanBytes,
  evictionThresholds,
  type Shelf,
  type ThresholdOptions,
} from "../../src/core/eviction.ts";
import type { Span } from "../../src/model/span.ts";

const thresholds = (
  evictionMemoryThreshold?: ThresholdOptions["evictionMemoryThreshold"],
  safeMemoryThreshold?: ThresholdOptions["safeMemoryThreshold"],
  capacityBytes = 100,
) => {
  const made = evictionThresholds({
    capacityBytes,
    ...evictionMemoryThreshold === undefined ? {} : { evictionMemoryThreshold },
    ...safeMemoryThreshold === undefined ? {} : { safeMemoryThreshold },
  });
  return made._tag === "Right"
    ? [made.right.eviction, made.right.safe]
    : [made.left._tag, made.left.argument];
};

Deno.test("eviction: thresholds by default", () => {
  assertEquals(thresholds(), [70, 56]);
  assertEquals(evictionThresholds({}), { _tag: "Right", right: DEFAULT_THRESHOLDS });
});

Deno.test("eviction: thresholds as ratios, rounded down, and as bytes", () => {
  assertEquals(thresholds({ ratio: 0.5 }, { ratio: 0.05 }), [50, 5]);
  assertEquals(thresholds({ ratio: 0.555 }, { ratio: 0.111 }), [55, 11]);
  assertEquals(thresholds({ ratio: 1 }, { ratio: 0 }), [100, 0]);
  assertEquals(thresholds({ ratio: 0.001 }, { bytes: 0 }), [1, 0]);
  assertEquals(thresholds({ bytes: 50 }, { bytes: 49 }), [50, 49]);
  assertEquals(thresholds({ bytes: 500 }, { ratio: 0.5 }), [500, 50]);
  assertEquals(thresholds({ bytes: 1 }), [1, 0]);
});

Deno.test("eviction: a plain number up to 1 is a ratio, a greater one is bytes", () => {
  assertEquals(thresholds(0.5, 0.25), [50, 25]);
  assertEquals(thresholds(1, 2), [100, 2]);
  assertEquals(thresholds(50, 0), [50, 0]);
});

Deno.test("eviction: thresholds that cannot be used", () => {
  const bad = (argument: string) => ["InvalidArgument", argument];
  for (const value of [{ ratio: 0 }, { ratio: -0.5 }, { ratio: 1.5 }, { ratio: NaN }]) {
    assertEquals(thresholds(value), bad("evictionMemoryThreshold"));
  }
  for (const value of [{ bytes: 0 }, { bytes: 1.5 }, { bytes: -1 }, 2.5, 0]) {
    assertEquals(thresholds(value), bad("evictionMemoryThreshold"));
  }
  for (const value of [{ bytes: 50 }, { bytes: -1 }, { ratio: 1 }, { ratio: -0.1 }, 1, 51]) {
    assertEquals(thresholds({ bytes: 50 }, value), bad("safeMemoryThreshold"));
  }
});

const shelf = (rollout_id: string, start_time: number, fields: Partial<Shelf> = {}): Shelf => ({
  rollout_id,
  start_time,
  finished: false,
  bytes: 20,
  ...fields,
});

/** The store's part: after each write, the shelves that are chosen are emptied. */
const written = (
  writes: readonly Shelf[],
  limits: { readonly eviction: number; readonly safe: number },
): readonly (readonly string[])[] => {
  let held: readonly Shelf[] = [];
  return writes.map((write) => {
    held = [...held, write];
    const gone = chooseEvictions(held, totalOf(held), limits);
    held = held.filter(({ rollout_id }) => !gone.includes(rollout_id));
    return gone;
  });
};

const totalOf = (shelves: readonly Shelf[]): number =>
  shelves.reduce((total, { bytes }) => total + bytes, 0);

Deno.test("eviction: the worked example of the contract", () => {
  const writes = ["r0", "r1", "r2", "r3"].map((id, i) => shelf(id, i));
  assertEquals(written(writes, { eviction: 50, safe: 5 }), [[], [], ["r0", "r1", "r2"], []]);
});

Deno.test("eviction: a total at the threshold evicts nothing", () => {
  const shelves = [shelf("r0", 0), shelf("r1", 1)];
  assertEquals(chooseEvictions(shelves, 40, { eviction: 40, safe: 0 }), []);
  assertEquals(chooseEvictions(shelves, 40, { eviction: 39, safe: 20 }), ["r0"]);
});

Deno.test("eviction: finished rollouts go first, then the oldest, then by id", () => {
  const shelves = [
    shelf("b", 1),
    shelf("a", 1),
    shelf("old", 0),
    shelf("done", 5, { finished: true }),
    shelf("done before", 4, { finished: true }),
  ];
  assertEquals(
    chooseEvictions(shelves, 100, { eviction: 99, safe: 0 }),
    ["done before", "done", "old", "a", "b"],
  );
});

Deno.test("eviction: it frees enough, and no shelf more than that", () => {
  const shelves = fc.uniqueArray(
    fc.record({
      rollout_id: fc.string({ maxLength: 3 }),
      start_time: fc.nat(5),
      finished: fc.boolean(),
      bytes: fc.integer({ min: 1, max: 50 }),
    }),
    { selector: ({ rollout_id }) => rollout_id },
  );
  fc.assert(fc.property(shelves, fc.nat(200), fc.nat(200), (all, a, b) => {
    const [safe, eviction] = [Math.min(a, b), Math.max(a, b) + 1];
    const gone = chooseEvictions(all, totalOf(all), { eviction, safe });
    const left = (without: readonly string[]) =>
      totalOf(all.filter(({ rollout_id }) => !without.includes(rollout_id)));
    assertEquals(new Set(gone).size, gone.length);
    assertEquals(gone.length > 0, totalOf(all) > eviction);
    if (gone.length === 0) return;
    assert(left(gone) <= safe);
    assert(left(gone.slice(0, -1)) > safe);
  }));
});

Deno.test("eviction: the estimate is two bytes for each UTF-16 unit of the JSON, and 1,024", () => {
  const span: Span = {
    rollout_id: "ro-1",
    attempt_id: "at-1",
    sequence_id: 1,
    trace_id: "t",
    span_id: "s",
    parent_id: null,
    name: "n",
    status: { status_code: "OK", description: null },
    attributes: {},
    events: [],
    links: [],
    start_time: null,
    end_time: null,
    context: null,
    parent: null,
    resource: { attributes: {}, schema_url: "" },
  };
  const base = estimateSpanBytes(span);
  assertEquals(base, 1024 + 2 * JSON.stringify(span).length);
  assertEquals(estimateSpanBytes({ ...span, name: "n\u{1F600}" }) - base, 4);
});

Deno.test("eviction: a capacity that is no number of bytes is refused by its name", () => {
  for (const capacityBytes of [NaN, -1, 0, Infinity]) {
    const refused = evictionThresholds({ capacityBytes });
    assertEquals(refused._tag === "Left" && refused.left.argument, "capacityBytes");
  }
});
