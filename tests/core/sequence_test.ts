import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { advanceOf, sequence, sequenceAll } from "../../src/core/sequence.ts";

/** The ids of a new rollout's spans, one after another; null asks for the next. */
const numbered = (wanted: readonly (number | null)[]): readonly number[] => sequenceAll(0, wanted);

const anyWishes = fc.array(fc.option(fc.integer({ min: -20, max: 50 }), { freq: 2 }));

Deno.test("sequence: the next ids are 1, 2, 3", () => {
  assertEquals(numbered([null, null, null]), [1, 2, 3]);
});

Deno.test("sequence: an id that is brought is kept and raises the counter", () => {
  assertEquals(numbered([100, 5, 5, null]), [100, 5, 5, 101]);
});

Deno.test("sequence: ids of zero and below do not lower it", () => {
  assertEquals(numbered([-5, 0, null]), [-5, 0, 1]);
});

Deno.test("sequence: a next id is above all that were given, and is the least such", () => {
  fc.assert(fc.property(anyWishes, (wanted) => {
    const ids = numbered(wanted);
    wanted.forEach((wish, i) => assertEquals(ids[i], wish ?? Math.max(0, ...ids.slice(0, i)) + 1));
  }));
});

Deno.test("sequence: an advance is what a run of spans does to any counter", () => {
  fc.assert(fc.property(anyWishes, fc.nat(60), (wanted, counter) => {
    const { added, floor } = advanceOf(wanted);
    const after = wanted.reduce<number>((last, id) => sequence(last, id).counter, counter);
    assertEquals(Math.max(counter + added, floor), after);
  }));
});

Deno.test("sequence: an id beyond 2^52 is kept, and the counter follows no farther", () => {
  const ends = [2 ** 52 + 1, 2 ** 63 - 1024];
  assertEquals(numbered([...ends, null, null]), [...ends, 2 ** 52 + 1, 2 ** 52 + 2]);
  assertEquals(advanceOf(ends), { added: 0, floor: 2 ** 52 });
});
