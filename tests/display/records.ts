/** Records of each kind, for pictures. */

import type { Attempt, ResourcesUpdate, Rollout, Statistics, Worker } from "../../mod.ts";

export const ROLLOUT: Rollout = {
  rollout_id: "ro-1",
  input: { question: "2 + 2" },
  start_time: 0,
  end_time: 1.5,
  mode: "train",
  resources_id: "rs-1",
  status: "succeeded",
  config: {
    timeout_seconds: null,
    unresponsive_seconds: 60,
    max_attempts: 3,
    retry_condition: ["timeout"],
  },
  metadata: { task: "t-1" },
};

export const ATTEMPT: Attempt = {
  rollout_id: "ro-1",
  attempt_id: "at-1",
  sequence_id: 2,
  start_time: 0,
  end_time: null,
  status: "unresponsive",
  worker_id: "Worker-0",
  last_heartbeat_time: 60,
  metadata: null,
};

export const RESOURCES: ResourcesUpdate = {
  resources_id: "rs-1",
  create_time: 0,
  update_time: 0,
  version: 3,
  resources: {
    model: {
      resource_type: "llm",
      endpoint: "http://user:sesame-1@host/v1",
      model: "small",
      api_key: "sesame-2",
      sampling_parameters: { temperature: 0.5 },
    },
    prompt: { resource_type: "prompt_template", template: "Hi {name}", engine: "f-string" },
  },
};

export const WORKER: Worker = {
  worker_id: "Worker-0",
  status: "busy",
  heartbeat_stats: { cpu: 0.5 },
  last_heartbeat_time: 1,
  last_dequeue_time: null,
  last_busy_time: null,
  last_idle_time: null,
  current_rollout_id: "ro-1",
  current_attempt_id: "at-1",
};

export const STATISTICS: Statistics = {
  name: "memory",
  total_rollouts: 12_345,
  total_attempts: 2,
  total_spans: 3,
  total_resources: 4,
  total_workers: 5,
  uptime: 61,
};
