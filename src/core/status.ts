/** The groups of statuses. Source: the store contract, section 0.1. */

import type { AttemptStatus } from "../model/attempt.ts";
import { RolloutStatus } from "../model/rollout.ts";

type Group = "queue" | "live" | "terminal";

const GROUP: Readonly<Record<RolloutStatus, Group>> = {
  queuing: "queue",
  requeuing: "queue",
  preparing: "live",
  running: "live",
  succeeded: "terminal",
  failed: "terminal",
  cancelled: "terminal",
};

/** The statuses of a group, for an engine that looks them up. */
const statusesOf = (group: Group): readonly RolloutStatus[] =>
  Object.keys(GROUP).filter(RolloutStatus.is).filter((status) => GROUP[status] === group);

/** Those in which a rollout waits in the queue. */
export const QUEUE_STATUSES = statusesOf("queue");

/** Those in which a rollout is finished. */
export const TERMINAL_STATUSES = statusesOf("terminal");

/** Those in which a rollout is not finished. */
export const OPEN_STATUSES = [...QUEUE_STATUSES, ...statusesOf("live")];

/** Whether a rollout in this status waits in the queue. */
export const isQueued = (status: RolloutStatus): boolean => GROUP[status] === "queue";

/** Whether a rollout in this status is being tried. */
export const isLive = (status: RolloutStatus): boolean => GROUP[status] === "live";

/** Whether a rollout in this status is finished. */
export const isTerminal = (status: RolloutStatus): boolean => GROUP[status] === "terminal";

/** Whether an attempt in this status is under the watchdog's eye. */
export const isTrying = (status: AttemptStatus): boolean =>
  status === "preparing" || status === "running";

/** Whether an attempt in this status was ended by its runner. */
export const isEnded = (status: AttemptStatus): boolean =>
  status === "succeeded" || status === "failed";
