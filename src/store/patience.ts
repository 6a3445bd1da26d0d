/** How long claims may wait. */

import type { DequeueManyRollouts } from "../model/requests.ts";

/** A claim that waits for so many seconds at most. What is no number is for the store to refuse. */
export const waitingAtMost = (
  seconds: number,
  claim: DequeueManyRollouts,
): DequeueManyRollouts =>
  typeof claim.wait_seconds === "number"
    ? { ...claim, wait_seconds: Math.min(claim.wait_seconds, seconds) }
    : claim;
