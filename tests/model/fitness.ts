/** Which arguments fit the data model (contract 1), as far as the commands stray from it. */

import type { UpdateAttempt, UpdateRollout } from "../../src/model/requests.ts";
import type { NamedResourcesInput } from "../../src/model/resources.ts";
import type { EnqueueRolloutRequest } from "../../src/model/rollout.ts";
import type { NewSpanInput } from "../../src/model/span.ts";

const MODES: readonly unknown[] = ["train", "val", "test"];
const WORKER_STATUSES: readonly unknown[] = ["idle", "busy", "unknown"];
const RESOURCE_TYPES: readonly unknown[] = ["llm", "proxy_llm", "prompt_template"];
const ATTEMPT_STATUSES: readonly unknown[] = [
  "preparing",
  "running",
  "failed",
  "succeeded",
  "unresponsive",
  "timeout",
];
const ROLLOUT_STATUSES: readonly unknown[] = [
  "queuing",
  "preparing",
  "running",
  "failed",
  "succeeded",
  "cancelled",
  "requeuing",
];

const isNothing = (value: unknown) => value === null || value === undefined;

const isConfig = (value: unknown): boolean => {
  if (typeof value !== "object" || value === null) return false;
  const attempts: unknown = Reflect.get(value, "max_attempts") ?? 1;
  const retry: unknown = Reflect.get(value, "retry_condition") ?? [];
  return Number.isInteger(attempts) && Number(attempts) >= 1 &&
    Array.isArray(retry) && retry.every((status) => ATTEMPT_STATUSES.includes(status));
};

export const isNewRollout = ({ mode, config }: EnqueueRolloutRequest): boolean =>
  (isNothing(mode) || MODES.includes(mode)) && (isNothing(config) || isConfig(config));

export const isRolloutUpdate = ({ mode, status, config }: UpdateRollout): boolean =>
  (isNothing(mode) || MODES.includes(mode)) &&
  (status === undefined || ROLLOUT_STATUSES.includes(status)) &&
  (config === undefined || isConfig(config));

export const isAttemptUpdate = ({ status }: UpdateAttempt): boolean =>
  status === undefined || ATTEMPT_STATUSES.includes(status);

/** The nullable fields of a span have no default. */
export const isSpan = (span: NewSpanInput): boolean =>
  span.parent_id !== undefined && Object.values(span.attributes).every((value) => value !== null);

export const areResources = (resources: NamedResourcesInput): boolean =>
  Object.values(resources).every(({ resource_type }) => RESOURCE_TYPES.includes(resource_type));

export const areRolloutStatuses = (statuses: readonly unknown[] | null | undefined): boolean =>
  (statuses ?? []).every((status) => ROLLOUT_STATUSES.includes(status));

export const areModes = (modes: readonly unknown[] | null | undefined): boolean =>
  (modes ?? []).every((mode) => MODES.includes(mode));

export const areWorkerStatuses = (statuses: readonly unknown[] | null | undefined): boolean =>
  (statuses ?? []).every((status) => WORKER_STATUSES.includes(status));
