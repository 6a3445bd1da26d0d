/** Progress as a function of counts and time. */

import { assertEquals } from "@std/assert";
import {
  isDone,
  progressOf,
  recent,
  type RolloutCounts,
  type Sample,
} from "../../src/display/progress.ts";
import { progressPicture } from "../../src/display/progress_picture.ts";

const counts = (fields: Partial<RolloutCounts> = {}): RolloutCounts => ({
  queued: 0,
  running: 0,
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  ...fields,
});

const sample = (time: number, fields?: Partial<RolloutCounts>): Sample => ({
  time,
  counts: counts(fields),
});

Deno.test("progress: a rate needs two moments", () => {
  const only = sample(10, { queued: 3, running: 2, succeeded: 1, failed: 1, cancelled: 1 });
  const { total, rate, seconds_left } = progressOf({ first: only, last: only });
  assertEquals({ total, rate, seconds_left }, { total: 8, rate: null, seconds_left: null });
});

Deno.test("progress: what finishes between two moments makes the rate and the time left", () => {
  const { rate, seconds_left } = progressOf({
    first: sample(10, { queued: 20 }),
    last: sample(15, { queued: 6, running: 4, succeeded: 8, failed: 1, cancelled: 1 }),
  });
  assertEquals({ rate, seconds_left }, { rate: 2, seconds_left: 5 });
});

Deno.test("progress: where nothing finishes, or something begins anew, the time left is not known", () => {
  const first = sample(10, { queued: 1, succeeded: 3 });
  for (const last of [sample(20, first.counts), sample(20, { queued: 4 })]) {
    const { rate, seconds_left } = progressOf({ first, last });
    assertEquals({ rate, seconds_left }, { rate: 0, seconds_left: null });
  }
});

Deno.test("progress: when all is finished, no time is left", () => {
  const last = sample(10, { succeeded: 3 });
  assertEquals(progressOf({ first: last, last }).seconds_left, 0);
  assertEquals([isDone(last.counts), isDone(counts({ running: 1 }))], [true, false]);
});

Deno.test("progress: the rate is that of the last half a minute", () => {
  const samples = [0, 10, 20, 40, 45].map((time) => sample(time));
  assertEquals(recent(samples).map(({ time }) => time), [20, 40, 45]);
  assertEquals(recent([]), []);
  // Whoever looks seldom has a rate all the same.
  assertEquals(recent([0, 60, 120].map((time) => sample(time))).map(({ time }) => time), [60, 120]);
});

Deno.test("progress: its line tells counts, rate and time left", () => {
  const last = sample(20, { queued: 1_200, running: 8, succeeded: 90, failed: 10 });
  const progress = progressOf({ first: sample(10), last });
  assertEquals(
    progressPicture(progress).text,
    "succeeded 90  failed 10  running 8  queued 1,200  10/s  2m left",
  );
});
