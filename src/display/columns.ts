/** What tables tell of each kind of record. Fields keep their wire names. */

import { withoutSecrets } from "../core/secrets.ts";
import { prettyBytes } from "../deps/units.ts";
import type { Attempt, AttemptStatus } from "../model/attempt.ts";
import type { Resource, ResourcesUpdate } from "../model/resources.ts";
import type { AttemptedRollout, Rollout, RolloutStatus } from "../model/rollout.ts";
import type { Statistics } from "../model/statistics.ts";
import type { Worker, WorkerStatus } from "../model/worker.ts";
import type { Tone } from "./style.ts";
import type { Cell, Column } from "./table.ts";
import { between, count, duration, moment, payload } from "./wording.ts";

/** What the color of a status says. */
export const TONE: Readonly<Record<RolloutStatus | AttemptStatus | WorkerStatus, Tone>> = {
  queuing: "idle",
  requeuing: "idle",
  preparing: "busy",
  running: "busy",
  succeeded: "good",
  failed: "bad",
  timeout: "bad",
  unresponsive: "bad",
  cancelled: "odd",
  idle: "idle",
  busy: "busy",
  unknown: "idle",
};

const statusCell = (status: keyof typeof TONE): Cell => ({ text: status, tone: TONE[status] });

const momentCell = (time: number | null): string | null => time === null ? null : moment(time);

const json = (value: object | null): Cell | null =>
  value === null || Object.keys(value).length === 0
    ? null
    : { text: payload(value, 2), isCode: true };

/** Of a rollout, with its latest attempt where it has one. */
export const ROLLOUT_COLUMNS: readonly Column<Rollout | AttemptedRollout>[] = [
  { name: "rollout_id", cell: ({ rollout_id }) => rollout_id },
  { name: "status", cell: ({ status }) => statusCell(status) },
  { name: "mode", cell: ({ mode }) => mode },
  { name: "resources_id", cell: ({ resources_id }) => resources_id },
  { name: "start_time", cell: ({ start_time }) => moment(start_time) },
  { name: "duration", cell: ({ start_time, end_time }) => between(start_time, end_time) },
  { name: "attempt", cell: (rollout) => "attempt" in rollout ? attemptIn(rollout) : null },
  { name: "input", cell: ({ input }) => payload(input) },
  { name: "config", cell: ({ config }) => json(config), isDetail: true },
  { name: "metadata", cell: ({ metadata }) => json(metadata), isDetail: true },
];

const attemptIn = ({ attempt: { sequence_id, status, worker_id } }: AttemptedRollout): Cell => ({
  text: `${sequence_id} ${status}${worker_id === null ? "" : ` (${worker_id})`}`,
  tone: TONE[status],
});

/** Of an attempt. */
export const ATTEMPT_COLUMNS: readonly Column<Attempt>[] = [
  { name: "rollout_id", cell: ({ rollout_id }) => rollout_id },
  { name: "attempt_id", cell: ({ attempt_id }) => attempt_id },
  { name: "sequence_id", cell: ({ sequence_id }) => count(sequence_id) },
  { name: "status", cell: ({ status }) => statusCell(status) },
  { name: "worker_id", cell: ({ worker_id }) => worker_id },
  { name: "start_time", cell: ({ start_time }) => moment(start_time) },
  { name: "duration", cell: ({ start_time, end_time }) => between(start_time, end_time) },
  { name: "last_heartbeat_time", cell: (attempt) => momentCell(attempt.last_heartbeat_time) },
  { name: "metadata", cell: ({ metadata }) => json(metadata), isDetail: true },
];

/** Of a version of resources. */
export const RESOURCES_COLUMNS: readonly Column<ResourcesUpdate>[] = [
  { name: "resources_id", cell: ({ resources_id }) => resources_id },
  { name: "version", cell: ({ version }) => count(version) },
  { name: "create_time", cell: ({ create_time }) => moment(create_time) },
  { name: "update_time", cell: ({ update_time }) => moment(update_time) },
  { name: "resources", cell: ({ resources }) => Object.keys(resources).join(", ") },
];

/** Of one resource. Its API key is never told. */
export const RESOURCE_COLUMNS: readonly Column<readonly [name: string, resource: Resource]>[] = [
  { name: "name", cell: ([name]) => name },
  { name: "resource_type", cell: ([, { resource_type }]) => resource_type },
  { name: "model", cell: ([, resource]) => "model" in resource ? resource.model : null },
  {
    name: "endpoint",
    cell: ([, resource]) => "endpoint" in resource ? withoutSecrets(resource.endpoint) : null,
  },
  {
    name: "sampling_parameters",
    cell: ([, resource]) =>
      "sampling_parameters" in resource ? payload(resource.sampling_parameters) : null,
  },
  { name: "engine", cell: ([, resource]) => "engine" in resource ? resource.engine : null },
  {
    name: "template",
    cell: ([, resource]) =>
      "template" in resource ? { text: resource.template, isCode: true } : null,
  },
];

/** Of a worker. */
export const WORKER_COLUMNS: readonly Column<Worker>[] = [
  { name: "worker_id", cell: ({ worker_id }) => worker_id },
  { name: "status", cell: ({ status }) => statusCell(status) },
  { name: "current_rollout_id", cell: ({ current_rollout_id }) => current_rollout_id },
  { name: "current_attempt_id", cell: ({ current_attempt_id }) => current_attempt_id },
  { name: "last_heartbeat_time", cell: (worker) => momentCell(worker.last_heartbeat_time) },
  { name: "last_dequeue_time", cell: (worker) => momentCell(worker.last_dequeue_time) },
  { name: "last_busy_time", cell: (worker) => momentCell(worker.last_busy_time) },
  { name: "last_idle_time", cell: (worker) => momentCell(worker.last_idle_time) },
  { name: "heartbeat_stats", cell: (worker) => json(worker.heartbeat_stats), isDetail: true },
];

const bytes = (value: number | undefined): string | null =>
  value === undefined ? null : prettyBytes(value, { binary: true });

/** Of what a store holds. */
export const STATISTICS_COLUMNS: readonly Column<Statistics>[] = [
  { name: "total_rollouts", cell: ({ total_rollouts }) => count(total_rollouts) },
  { name: "total_attempts", cell: ({ total_attempts }) => count(total_attempts) },
  { name: "total_spans", cell: ({ total_spans }) => count(total_spans) },
  { name: "total_resources", cell: ({ total_resources }) => count(total_resources) },
  { name: "total_workers", cell: ({ total_workers }) => count(total_workers) },
  { name: "uptime", cell: ({ uptime }) => duration(uptime) },
  { name: "total_span_bytes", cell: ({ total_span_bytes }) => bytes(total_span_bytes) },
  { name: "eviction_threshold_bytes", cell: (it) => bytes(it.eviction_threshold_bytes) },
  { name: "safe_threshold_bytes", cell: (it) => bytes(it.safe_threshold_bytes) },
  { name: "memory_capacity_bytes", cell: (it) => bytes(it.memory_capacity_bytes) },
];
