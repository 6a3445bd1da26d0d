/**
 * What agent-lightning 0.3's server takes and answers with: facts from the OpenAPI document that it
 * publishes.
 */

import type { Facts } from "./facts.ts";

const within = (prefix: string, fields: readonly string[]): readonly string[] => [
  prefix,
  ...fields.map((field) => `${prefix}.${field}`),
];

const CONFIG = within("config", [
  "timeout_seconds",
  "unresponsive_seconds",
  "max_attempts",
  "retry_condition",
]);

const ATTEMPT = [
  "rollout_id",
  "attempt_id",
  "sequence_id",
  "start_time",
  "end_time",
  "status",
  "worker_id",
  "last_heartbeat_time",
  "metadata",
];

const ROLLOUT = [
  "rollout_id",
  "input",
  "start_time",
  "end_time",
  "mode",
  "resources_id",
  "status",
  ...CONFIG,
  "metadata",
];

const ATTEMPTED_ROLLOUT = [...ROLLOUT, ...within("attempt", ATTEMPT)];

const NEW_ROLLOUT = ["input", "mode", "resources_id", ...CONFIG, "metadata"];

const WORKER = [
  "worker_id",
  "status",
  "heartbeat_stats",
  "last_heartbeat_time",
  "last_dequeue_time",
  "last_busy_time",
  "last_idle_time",
  "current_rollout_id",
  "current_attempt_id",
];

const NAMED_RESOURCES = [
  "*.resource_type",
  "*.endpoint",
  "*.model",
  "*.api_key",
  "*.sampling_parameters",
  "*.template",
  "*.engine",
];

const RESOURCES = [
  "resources_id",
  "create_time",
  "update_time",
  "version",
  ...within("resources", NAMED_RESOURCES),
];

const CONTEXT = ["trace_id", "span_id", "is_remote", "trace_state"];

const SPAN = [
  "rollout_id",
  "attempt_id",
  "sequence_id",
  "trace_id",
  "span_id",
  "parent_id",
  "name",
  ...within("status", ["status_code", "description"]),
  "attributes",
  ...within("events", ["name", "attributes", "timestamp"]),
  ...within("links", [...within("context", CONTEXT), "attributes"]),
  "start_time",
  "end_time",
  ...within("context", CONTEXT),
  ...within("parent", CONTEXT),
  ...within("resource", ["attributes", "schema_url"]),
];

const pageOf = (fields: readonly string[]): readonly string[] => [
  ...within("items", fields),
  "limit",
  "offset",
  "total",
];

const PAGING = ["limit", "offset", "sort_by", "sort_order"];

const ROLLOUT_QUERY = [
  "status_in",
  "rollout_id_in",
  "rollout_id_contains",
  "filter_logic",
  ...PAGING,
];

const WORKER_QUERY = ["status_in", "worker_id_contains", "filter_logic", ...PAGING];

const SPAN_QUERY = [
  "rollout_id",
  "attempt_id",
  "trace_id",
  "trace_id_contains",
  "span_id",
  "span_id_contains",
  "parent_id",
  "parent_id_contains",
  "name",
  "name_contains",
  "filter_logic",
  ...PAGING,
];

const BY_ROLLOUT = { parameters: ["rollout_id"] };
const BY_RESOURCES = { parameters: ["resources_id"] };
const BY_WORKER = { parameters: ["worker_id"] };

const API = "/v1/agl";

export const UPSTREAM: Facts = {
  [`GET ${API}/health`]: {},
  [`GET ${API}/statistics`]: {},
  [`POST ${API}/queues/rollouts/enqueue`]: {
    body: within("rollouts", NEW_ROLLOUT),
    answer: ROLLOUT,
  },
  [`POST ${API}/queues/rollouts/dequeue`]: {
    body: ["limit", "worker_id"],
    answer: ATTEMPTED_ROLLOUT,
  },
  [`POST ${API}/rollouts`]: { body: [...NEW_ROLLOUT, "worker_id"], answer: ATTEMPTED_ROLLOUT },
  [`GET ${API}/rollouts`]: { parameters: ROLLOUT_QUERY, answer: pageOf(ATTEMPTED_ROLLOUT) },
  [`POST ${API}/rollouts/search`]: { body: ROLLOUT_QUERY, answer: pageOf(ATTEMPTED_ROLLOUT) },
  [`GET ${API}/rollouts/{rollout_id}`]: { ...BY_ROLLOUT, answer: ATTEMPTED_ROLLOUT },
  [`POST ${API}/rollouts/{rollout_id}`]: {
    ...BY_ROLLOUT,
    body: [...NEW_ROLLOUT, "status"],
    answer: ROLLOUT,
  },
  [`POST ${API}/rollouts/{rollout_id}/attempts`]: {
    ...BY_ROLLOUT,
    body: ["worker_id"],
    answer: ATTEMPTED_ROLLOUT,
  },
  [`GET ${API}/rollouts/{rollout_id}/attempts`]: {
    parameters: ["rollout_id", ...PAGING],
    answer: pageOf(ATTEMPT),
  },
  [`POST ${API}/rollouts/{rollout_id}/attempts/search`]: {
    ...BY_ROLLOUT,
    body: PAGING,
    answer: pageOf(ATTEMPT),
  },
  [`GET ${API}/rollouts/{rollout_id}/attempts/latest`]: { ...BY_ROLLOUT, answer: ATTEMPT },
  [`POST ${API}/rollouts/{rollout_id}/attempts/{attempt_id}`]: {
    parameters: ["rollout_id", "attempt_id"],
    body: ["status", "worker_id", "last_heartbeat_time", "metadata"],
    answer: ATTEMPT,
  },
  [`GET ${API}/workers`]: { parameters: WORKER_QUERY, answer: pageOf(WORKER) },
  [`POST ${API}/workers/search`]: { body: WORKER_QUERY, answer: pageOf(WORKER) },
  [`GET ${API}/workers/{worker_id}`]: { ...BY_WORKER, answer: WORKER },
  [`POST ${API}/workers/{worker_id}`]: {
    ...BY_WORKER,
    body: ["heartbeat_stats"],
    answer: WORKER,
  },
  [`GET ${API}/resources`]: {
    parameters: ["resources_id", "resources_id_contains", ...PAGING],
    answer: pageOf(RESOURCES),
  },
  [`POST ${API}/resources`]: { body: NAMED_RESOURCES, answer: RESOURCES },
  [`GET ${API}/resources/latest`]: { answer: RESOURCES },
  [`GET ${API}/resources/{resources_id}`]: { ...BY_RESOURCES, answer: RESOURCES },
  [`POST ${API}/resources/{resources_id}`]: {
    ...BY_RESOURCES,
    body: NAMED_RESOURCES,
    answer: RESOURCES,
  },
  [`POST ${API}/spans`]: { body: SPAN, answer: SPAN },
  [`GET ${API}/spans`]: { parameters: SPAN_QUERY, answer: pageOf(SPAN) },
  [`POST ${API}/spans/search`]: { body: SPAN_QUERY, answer: pageOf(SPAN) },
  [`POST ${API}/spans/next`]: { body: ["rollout_id", "attempt_id"], answer: ["sequence_id"] },
  [`POST ${API}/waits/rollouts`]: { body: ["rollout_ids", "timeout"], answer: ROLLOUT },
  "POST /v1/traces": {},
  "POST /v1/metrics": {},
  "POST /v1/logs": {},
  "POST /v1/development/profiles": {},
};
