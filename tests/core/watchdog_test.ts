import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { deadlineOf, judge, patienceOf, rearm } from "../../src/core/watchdog.ts";
import type { Attempt } from "../../src/model/attempt.ts";
import type { RolloutConfig } from "../../src/model/rollout.ts";
import {
  anyRecord,
  anyTime,
  ATTEMPT_STATUSES,
  attemptWith,
  CONFIG,
  recordOf,
  ROLLOUT_STATUSES,
  rolloutWith,
} from "./records.ts";

const judged = (limits: Partial<RolloutConfig>, attempt: Partial<Attempt>, now: number) =>
  judge(recordOf(rolloutWith({ config: { ...CONFIG, ...limits } }), attemptWith(attempt)), now);

Deno.test("watchdog: an attempt may take its time exactly, and no longer", () => {
  assertEquals(judged({ timeout_seconds: 10 }, {}, 110), null);
  assertEquals(judged({ timeout_seconds: 10 }, {}, 110.25), "timeout");
  assertEquals(judged({ timeout_seconds: 10 }, { last_heartbeat_time: 110 }, 110.25), "timeout");
});

Deno.test("watchdog: silence counts from the last heartbeat, or else from the start", () => {
  const limit = { unresponsive_seconds: 10 };
  assertEquals(judged(limit, {}, 110), null);
  assertEquals(judged(limit, {}, 110.25), "unresponsive");
  assertEquals(judged(limit, { last_heartbeat_time: 105 }, 115), null);
  assertEquals(judged(limit, { last_heartbeat_time: 105 }, 115.25), "unresponsive");
});

Deno.test("watchdog: a heartbeat at zero is one (B-19)", () => {
  assertEquals(
    judged({ unresponsive_seconds: 101 }, { last_heartbeat_time: 0 }, 102),
    "unresponsive",
  );
});

Deno.test("watchdog: the timeout comes before the silence", () => {
  assertEquals(judged({ timeout_seconds: 10, unresponsive_seconds: 5 }, {}, 111), "timeout");
  assertEquals(judged({ timeout_seconds: 10, unresponsive_seconds: 5 }, {}, 106), "unresponsive");
});

Deno.test("watchdog: limits of zero and below expire at once", () => {
  assertEquals(judged({ timeout_seconds: 0 }, {}, 100), null);
  assertEquals(judged({ timeout_seconds: 0 }, {}, 100.25), "timeout");
  assertEquals(judged({ timeout_seconds: -1 }, {}, 100), "timeout");
});

Deno.test("watchdog: it looks at trying attempts of live rollouts alone (B-12)", () => {
  for (const rollout of ROLLOUT_STATUSES) {
    for (const status of ATTEMPT_STATUSES) {
      const record = recordOf(
        rolloutWith({ status: rollout, config: { ...CONFIG, timeout_seconds: 1 } }),
        attemptWith({ status }),
      );
      const watched = (rollout === "preparing" || rollout === "running") &&
        (status === "preparing" || status === "running");
      assertEquals(judge(record, 200), watched ? "timeout" : null, `${rollout}, ${status}`);
      assertEquals(deadlineOf(record), watched ? 101 : null, `${rollout}, ${status}`);
    }
  }
});

Deno.test("watchdog: without attempts or limits nothing expires", () => {
  const bare = { rollout: rolloutWith(), attempts: 0, latest: null, attempt: null };
  assertEquals([judge(bare, Infinity), deadlineOf(bare)], [null, null]);
  const unlimited = recordOf(rolloutWith(), attemptWith());
  assertEquals([judge(unlimited, Infinity), deadlineOf(unlimited)], [null, null]);
});

Deno.test("watchdog: a record is overdue exactly when its deadline has passed", () => {
  fc.assert(
    fc.property(anyRecord, anyTime, (record, now) => {
      const deadline = deadlineOf(record);
      assertEquals(judge(record, now) !== null, deadline !== null && now > deadline);
      if (deadline !== null) {
        assertEquals(judge(record, deadline), null);
        assert(judge(record, deadline + 0.25) !== null);
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("watchdog: an indexed deadline is never later than the true one", () => {
  fc.assert(
    fc.property(fc.option(anyTime), fc.option(anyTime), anyTime, (indexed, deadline, now) => {
      const next = rearm(indexed, deadline, now);
      assertEquals(next === null, deadline === null);
      if (next === null || deadline === null) return;
      assert(next <= deadline);
      // One that is early stays only until it is due, so that a sweep ends.
      if (next !== deadline) assert(next === indexed && now <= next);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("watchdog: a new attempt's deadline is its start and the patience with it", () => {
  const limit = fc.option(fc.double({ min: -10, max: 1000, noNaN: true }));
  fc.assert(
    fc.property(limit, limit, anyTime, (timeout_seconds, unresponsive_seconds, start_time) => {
      const config = { ...CONFIG, timeout_seconds, unresponsive_seconds };
      const patience = patienceOf(config);
      assertEquals(
        deadlineOf({ rollout: rolloutWith({ config }), latest: attemptWith({ start_time }) }),
        patience === null ? null : start_time + patience,
      );
    }),
  );
});
