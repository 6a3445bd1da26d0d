/** Records of the shape and the size of the store's, as plain objects. */

import { taskOf } from "../subject.ts";

/** A rollout in the queue. */
export const rolloutOf = (i: number) => ({
  rollout_id: `ro-${crypto.randomUUID().slice(24)}`,
  input: taskOf(i),
  start_time: performance.now() / 1000,
  end_time: null as number | null,
  mode: null,
  resources_id: null,
  status: "queuing",
  config: {
    timeout_seconds: null,
    unresponsive_seconds: null,
    max_attempts: 1,
    retry_condition: [],
  },
  metadata: {},
});

/** The first attempt of a rollout. */
export const attemptOf = (rollout_id: string, worker_id: string | null) => ({
  rollout_id,
  attempt_id: `at-${crypto.randomUUID().slice(0, 8)}`,
  sequence_id: 1,
  start_time: performance.now() / 1000,
  end_time: null as number | null,
  status: "preparing",
  worker_id,
  last_heartbeat_time: null as number | null,
  metadata: null,
});
