/** The limits of the rollouts in the crash test. */

import type { RolloutConfigInput } from "../../mod.ts";

/** Longer than a round takes, so that nothing expires before the test moves the clock. */
export const LIMIT_SECONDS = 3600;

const retried: RolloutConfigInput = {
  max_attempts: 1_000_000,
  retry_condition: ["failed", "timeout", "unresponsive"],
};

/** Two that the watchdog must recover, each by another rule, and one that never expires. */
export const LIMITS: readonly RolloutConfigInput[] = [
  { ...retried, unresponsive_seconds: LIMIT_SECONDS },
  { ...retried, timeout_seconds: LIMIT_SECONDS },
  {},
];
