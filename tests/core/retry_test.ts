import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { derivedStatus } from "../../src/core/retry.ts";
import type { AttemptStatus } from "../../src/model/attempt.ts";
import type { RolloutStatus } from "../../src/model/rollout.ts";
import { ATTEMPT_STATUSES, CONFIG } from "./records.ts";

/** Contract 3.3, for each status: what it derives without a retry, and with one. */
const DERIVED: Readonly<Record<AttemptStatus, readonly [RolloutStatus, RolloutStatus]>> = {
  preparing: ["preparing", "preparing"],
  running: ["running", "running"],
  succeeded: ["succeeded", "succeeded"],
  failed: ["failed", "requeuing"],
  timeout: ["failed", "requeuing"],
  unresponsive: ["failed", "requeuing"],
};

for (const status of ATTEMPT_STATUSES) {
  const [without, withRetry] = DERIVED[status];
  Deno.test(`retry: the attempt is ${status}`, () => {
    const others = ATTEMPT_STATUSES.filter((other) => other !== status);
    const derive = (sequence_id: number, max_attempts: number, retry_condition = [status]) =>
      derivedStatus({ status, sequence_id }, { ...CONFIG, max_attempts, retry_condition });

    assertEquals(derivedStatus({ status, sequence_id: 1 }, CONFIG), without);
    assertEquals(derive(1, 2), withRetry);
    assertEquals(derive(1, 1), without);
    assertEquals(derive(2, 2), without);
    assertEquals(derive(3, 2), without);
    assertEquals(derive(1, 2, others), without);
    assertEquals(derive(1, 2, [...ATTEMPT_STATUSES]), withRetry);
  });
}

Deno.test("retry: a rollout is tried as often as its config allows", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom<AttemptStatus[]>("failed", "timeout", "unresponsive"),
      (max_attempts, status) => {
        const config = { ...CONFIG, max_attempts, retry_condition: [status] };
        let sequence_id = 1;
        while (derivedStatus({ status, sequence_id }, config) === "requeuing") sequence_id += 1;
        assertEquals(sequence_id, max_attempts);
      },
    ),
  );
});
