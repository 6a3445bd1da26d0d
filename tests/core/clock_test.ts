import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { steadyClock, strictClock } from "../../src/core/clock.ts";

/** What the clock reads while its source says this. */
const readings = (times: readonly number[]): readonly number[] => {
  let at = 0;
  const clock = strictClock(() => times[at++] ?? NaN);
  return times.map(() => clock());
};

Deno.test("clock: readings that rise are passed on", () => {
  assertEquals(readings([5, 5.5, 7]), [5, 5.5, 7]);
});

Deno.test("clock: a source that stands still or steps back is a microsecond on", () => {
  const [first = NaN, second = NaN, third = NaN, fourth] = readings([1e9, 1e9, 1e9 - 60, 1e9 + 1]);
  assertEquals(first, 1e9);
  assertAlmostEquals(second - first, 1e-6, 2e-7);
  assertAlmostEquals(third - second, 1e-6, 2e-7);
  assertEquals(fourth, 1e9 + 1);
});

Deno.test("clock: readings always rise and never lag behind the source", () => {
  const epoch = fc.double({ min: 0, max: 4e9, noNaN: true });
  fc.assert(fc.property(fc.array(epoch), (times) => {
    const read = readings(times);
    read.forEach((reading, i) => {
      assert(reading > (read[i - 1] ?? -1));
      assert(reading >= (times[i] ?? NaN));
    });
  }));
});

/** A steady clock whose two sources a test moves, in seconds. */
const steady = () => {
  const sources = { timeOfDay: 1e12, running: 5000 };
  const clock = steadyClock(() => sources.timeOfDay, () => sources.running);
  return {
    clock,
    pass: (seconds: number) => {
      sources.timeOfDay += seconds * 1000;
      sources.running += seconds * 1000;
    },
    set: (by: number) => {
      sources.timeOfDay += by * 1000;
    },
  };
};

Deno.test("clock: a steady one tells the time of day, to fractions of a millisecond", () => {
  const { clock, pass } = steady();
  assertEquals(clock(), 1e9);
  pass(0.00025);
  assertAlmostEquals(clock(), 1e9 + 0.00025, 1e-6);
  pass(7200);
  assertAlmostEquals(clock(), 1e9 + 7200.00025, 1e-6);
});

Deno.test("clock: a steady one follows at once where the time of day is set ahead", () => {
  const { clock, pass, set } = steady();
  set(3600);
  pass(0.1);
  assertAlmostEquals(clock(), 1e9 + 3600.1, 1e-6);
});

Deno.test("clock: a steady one goes on, slower, where the time of day is set back", () => {
  const { clock, pass, set } = steady();
  set(-60);
  for (let second = 1; second <= 10; second++) {
    pass(1);
    assertAlmostEquals(clock(), 1e9 + second * 0.9, 1e-6);
  }
  // They meet after ten minutes.
  pass(589);
  assert(clock() - (1e9 + 539) > 0.05);
  pass(2);
  assertAlmostEquals(clock(), 1e9 + 541, 0.06);
  pass(3600);
  assertAlmostEquals(clock(), 1e9 + 4141, 0.06);
});
