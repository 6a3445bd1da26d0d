/** When an attempt has taken too long or been silent too long. Contract section 4. */

import type { Attempt } from "../model/attempt.ts";
import type { RolloutConfig } from "../model/rollout.ts";
import type { RolloutRecord } from "./record.ts";
import { isLive, isTrying } from "./status.ts";

/** The status that the watchdog gives to the latest attempt at `now`; null for none. */
export const judge = (
  { rollout, latest }: RolloutRecord,
  now: number,
): "timeout" | "unresponsive" | null => {
  if (latest === null || !isWatched(rollout.status, latest)) return null;
  if (now > timeoutAt(rollout.config, latest)) return "timeout";
  return now > silentAt(rollout.config, latest) ? "unresponsive" : null;
};

/**
 * The last instant at which the record is certainly not overdue; null if it never expires. An
 * engine indexes it, and may hold an earlier one than this: see {@linkcode rearm}.
 */
export const deadlineOf = (
  { rollout, latest }: Pick<RolloutRecord, "rollout" | "latest">,
): number | null => {
  if (latest === null || !isWatched(rollout.status, latest)) return null;
  const deadline = Math.min(
    timeoutAt(rollout.config, latest),
    silentAt(rollout.config, latest),
  );
  return deadline === Infinity ? null : deadline;
};

/** {@linkcode deadlineOf} a rollout with a new attempt, in seconds after its start; null for never. */
export const patienceOf = (
  { timeout_seconds, unresponsive_seconds }: RolloutConfig,
): number | null => {
  const patience = Math.min(timeout_seconds ?? Infinity, unresponsive_seconds ?? Infinity);
  return patience === Infinity ? null : patience;
};

/**
 * The deadline to index instead of `indexed`. One that is early and not due yet stays: a heartbeat
 * then costs no index write, and the sweep that finds the record finds it alive and arms it anew.
 */
export const rearm = (
  indexed: number | null,
  deadline: number | null,
  now: number,
): number | null =>
  indexed !== null && deadline !== null && now <= indexed && indexed <= deadline
    ? indexed
    : deadline;

const isWatched = (status: RolloutRecord["rollout"]["status"], latest: Attempt): boolean =>
  isLive(status) && isTrying(latest.status);

const timeoutAt = ({ timeout_seconds }: RolloutConfig, { start_time }: Attempt): number =>
  timeout_seconds === null ? Infinity : start_time + timeout_seconds;

const silentAt = (
  { unresponsive_seconds }: RolloutConfig,
  { start_time, last_heartbeat_time }: Attempt,
): number =>
  unresponsive_seconds === null
    ? Infinity
    : (last_heartbeat_time ?? start_time) + unresponsive_seconds;
