import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { strictClock } from "../../src/core/clock.ts";

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
