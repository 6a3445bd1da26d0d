/** The rule of retries: what an attempt's status makes of its rollout. Contract section 3.3. */

import type { Attempt, AttemptStatus } from "../model/attempt.ts";
import type { RolloutConfig, RolloutStatus } from "../model/rollout.ts";

/**
 * The status that a rollout takes from its latest attempt. A failed, timed-out or silent attempt
 * sends it back to the queue if the rollout's present config asks for that and allows another try.
 */
export const derivedStatus = (
  { status, sequence_id }: Pick<Attempt, "status" | "sequence_id">,
  config: RolloutConfig,
): RolloutStatus => {
  switch (status) {
    case "preparing":
    case "running":
    case "succeeded":
      return status;
    case "failed":
    case "timeout":
    case "unresponsive":
      return retries(status, sequence_id, config) ? "requeuing" : "failed";
  }
};

const retries = (
  status: AttemptStatus,
  sequence_id: number,
  { retry_condition, max_attempts }: RolloutConfig,
): boolean => retry_condition.includes(status) && sequence_id < max_attempts;
