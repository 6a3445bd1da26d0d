/** Rollouts, attempts and workers for the tests of the core: plain ones to vary, and any at all. */

import * as fc from "fast-check";
import type { Attempt, AttemptStatus } from "../../src/model/attempt.ts";
import type { RolloutConfig, RolloutStatus } from "../../src/model/rollout.ts";
import type { RolloutRecord, RolloutState } from "../../src/core/record.ts";

export const ROLLOUT_STATUSES: readonly RolloutStatus[] = [
  "queuing",
  "preparing",
  "running",
  "failed",
  "succeeded",
  "cancelled",
  "requeuing",
];

export const ATTEMPT_STATUSES: readonly AttemptStatus[] = [
  "preparing",
  "running",
  "failed",
  "succeeded",
  "unresponsive",
  "timeout",
];

export const CONFIG: RolloutConfig = {
  timeout_seconds: null,
  unresponsive_seconds: null,
  max_attempts: 1,
  retry_condition: [],
};

export const rolloutWith = (fields: Partial<RolloutState> = {}): RolloutState => ({
  rollout_id: "ro-1",
  start_time: 100,
  end_time: null,
  mode: null,
  resources_id: null,
  status: "preparing",
  config: CONFIG,
  ...fields,
});

export const attemptWith = (fields: Partial<Attempt> = {}): Attempt => ({
  rollout_id: "ro-1",
  attempt_id: "at-1",
  sequence_id: 1,
  start_time: 100,
  end_time: null,
  status: "preparing",
  worker_id: null,
  last_heartbeat_time: null,
  metadata: null,
  ...fields,
});

/** A record whose command is about the latest attempt. */
export const recordOf = (rollout: RolloutState, latest: Attempt): RolloutRecord => ({
  rollout,
  attempts: latest.sequence_id,
  latest,
  attempt: latest,
});

export const anyRolloutStatus = fc.constantFrom(...ROLLOUT_STATUSES);

export const anyAttemptStatus = fc.constantFrom(...ATTEMPT_STATUSES);

/** Multiples of a quarter, whose sums are exact. */
export const anyTime = fc.integer({ min: 0, max: 800 }).map((quarters) => quarters / 4);

const anyLimit = fc.option(fc.integer({ min: -8, max: 200 }).map((quarters) => quarters / 4));

export const anyConfig: fc.Arbitrary<RolloutConfig> = fc.record({
  timeout_seconds: anyLimit,
  unresponsive_seconds: anyLimit,
  max_attempts: fc.integer({ min: 1, max: 4 }),
  retry_condition: fc.uniqueArray(anyAttemptStatus),
});

const anyRollout: fc.Arbitrary<RolloutState> = fc.record({
  status: anyRolloutStatus,
  config: anyConfig,
  start_time: anyTime,
  end_time: fc.option(anyTime),
}).map(rolloutWith);

const anyAttempt = fc.record({
  status: anyAttemptStatus,
  start_time: anyTime,
  end_time: fc.option(anyTime),
  worker_id: fc.option(fc.constantFrom("w1", "w2", "")),
  last_heartbeat_time: fc.option(anyTime),
  metadata: fc.option(fc.constant({ note: "x" })),
}).map(attemptWith);

/** A record whose command is about its latest attempt, an older one, or none. */
export const anyRecord: fc.Arbitrary<RolloutRecord> = fc.record({
  rollout: anyRollout,
  attempts: fc.integer({ min: 0, max: 3 }),
  attempt: anyAttempt,
  latest: anyAttempt,
  addressed: fc.constantFrom("latest", "older", "none"),
}).map(({ rollout, attempts, attempt, latest, addressed }) => {
  if (attempts === 0) return { rollout, attempts, latest: null, attempt: null };
  const last = { ...latest, attempt_id: `at-${attempts}`, sequence_id: attempts };
  const older = attempts > 1 ? { ...attempt, attempt_id: "at-1", sequence_id: 1 } : null;
  return {
    rollout,
    attempts,
    latest: last,
    attempt: addressed === "latest" ? last : addressed === "older" ? older : null,
  };
});
