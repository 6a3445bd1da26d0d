/** Every operation with an argument: one that fits, and what may be missing from it. */

import { spanOf } from "../../src/testing/mod.ts";

/** The attempt that the store holds. */
export interface Ids {
  readonly rollout_id: string;
  readonly attempt_id: string;
}

/** What a field may hold besides what it is for. */
export type Leniency = "null" | "nothing" | "null or nothing";

/** An operation. */
export interface Row {
  /** An argument with every field. */
  readonly fitting: (ids: Ids) => Readonly<Record<string, unknown>>;
  /** By place; what is not named here takes neither null nor nothing. */
  readonly lenient?: Readonly<Record<string, Leniency>>;
}

/** The same leniency for many places. */
const each = (
  leniency: Leniency,
  places: string,
): Readonly<Record<string, Leniency>> =>
  Object.fromEntries(places.split(" ").map((place) => [place, leniency]));

/** The leniency of a part, by its places in the whole. */
const within = (
  path: string,
  lenient: Readonly<Record<string, Leniency>>,
): Readonly<Record<string, Leniency>> =>
  Object.fromEntries(
    Object.entries(lenient).map(([place, leniency]) => [`${path}.${place}`, leniency]),
  );

const CONFIG = {
  timeout_seconds: 1,
  unresponsive_seconds: 1,
  max_attempts: 1,
  retry_condition: ["failed"],
};

const CONFIG_LENIENT = {
  ...each("null or nothing", "timeout_seconds unresponsive_seconds"),
  ...each("nothing", "max_attempts retry_condition"),
};

const TASK = { input: 1, mode: "train", resources_id: "r", config: CONFIG, metadata: {} };

const TASK_LENIENT = {
  input: "null",
  ...each("null or nothing", "mode resources_id config metadata"),
  ...within("config", CONFIG_LENIENT),
} as const;

const CONTEXT = { trace_id: "t", span_id: "s", is_remote: false, trace_state: { vendor: "v" } };

/** The model's type names no extras. */
const STATUS = { status_code: "ERROR", description: "d", extra: 1 } as const;

const span = (ids: Ids, span_id: string) =>
  spanOf(ids, span_id, {
    parent_id: "p",
    status: STATUS,
    attributes: { text: "x", number: 1, flag: true, list: ["x"] },
    events: [{ name: "e", attributes: { text: "x" }, timestamp: 1 }],
    links: [{ context: CONTEXT, attributes: { text: "x" } }],
    context: CONTEXT,
    parent: CONTEXT,
    resource: { attributes: { "service.name": "x" }, schema_url: "" },
    extra: 1,
  });

const SPAN_LENIENT = {
  ...each("null", "parent_id start_time end_time context parent"),
  ...each("null or nothing", "status.description events[0].timestamp links[0].attributes"),
  // What the model does not know may be anything, or not be there.
  ...each("null or nothing", "status.extra extra"),
};

/** Without a sequence id, a span among many gets the next one. */
const NEW_SPAN_LENIENT = { ...SPAN_LENIENT, sequence_id: "null or nothing" } as const;

/** A finished span, as far as the store looks at one. */
export const otelSpan = {
  name: "n",
  spanContext: () => ({ traceId: "t", spanId: "s" }),
  startTime: [1, 0],
  endTime: [2, 0],
  status: { code: 0 },
  attributes: {},
  events: [],
  links: [],
  resource: { attributes: {} },
};

const RESOURCES = {
  prompt: { resource_type: "prompt_template", template: "hi", engine: "f-string" },
  model: {
    resource_type: "llm",
    endpoint: "http://h",
    model: "m",
    api_key: "k",
    sampling_parameters: {},
  },
};

const RESOURCES_LENIENT = {
  "resources.prompt": "nothing",
  "resources.model": "nothing",
  "resources.model.api_key": "null or nothing",
  "resources.model.sampling_parameters": "nothing",
} as const;

const PAGING = { sort_order: "asc", limit: 1, offset: 0 };

const PAGING_LENIENT = {
  sort_by: "null or nothing",
  ...each("nothing", "sort_order limit offset filter_logic"),
} as const;

/** By name. */
export const OPERATIONS: Readonly<Record<string, Row>> = {
  startRollout: {
    fitting: () => ({ ...TASK, worker_id: "w" }),
    lenient: { ...TASK_LENIENT, worker_id: "null or nothing" },
  },
  enqueueRollout: { fitting: () => TASK, lenient: TASK_LENIENT },
  enqueueManyRollouts: {
    fitting: () => ({ rollouts: [{ input: 1 }, TASK] }),
    lenient: { "rollouts[0].input": "null", ...within("rollouts[1]", TASK_LENIENT) },
  },
  dequeueRollout: {
    fitting: () => ({ worker_id: "w" }),
    lenient: { worker_id: "null or nothing" },
  },
  dequeueManyRollouts: {
    fitting: () => ({ limit: 1, worker_id: "w" }),
    lenient: { limit: "nothing", worker_id: "null or nothing" },
  },
  startAttempt: {
    fitting: ({ rollout_id }) => ({ rollout_id, worker_id: "w" }),
    lenient: { worker_id: "null or nothing" },
  },
  queryRollouts: {
    fitting: () => ({
      status_in: ["failed"],
      rollout_id_in: ["x"],
      rollout_id_contains: "x",
      status: ["failed"],
      rollout_ids: ["x"],
      filter_logic: "or",
      sort_by: "status",
      ...PAGING,
    }),
    lenient: {
      ...each("null or nothing", "status_in rollout_id_in rollout_id_contains status rollout_ids"),
      ...PAGING_LENIENT,
    },
  },
  getRolloutById: { fitting: ({ rollout_id }) => ({ rollout_id }) },
  updateRollout: {
    fitting: ({ rollout_id }) => ({ rollout_id, status: "running", ...TASK }),
    lenient: {
      ...each("null or nothing", "input mode resources_id metadata"),
      ...each("nothing", "status config"),
      ...within("config", CONFIG_LENIENT),
    },
  },
  queryAttempts: {
    fitting: ({ rollout_id }) => ({ rollout_id, sort_by: "status", ...PAGING }),
    lenient: PAGING_LENIENT,
  },
  getLatestAttempt: { fitting: ({ rollout_id }) => ({ rollout_id }) },
  updateAttempt: {
    fitting: (ids) => ({
      ...ids,
      status: "running",
      worker_id: "w",
      last_heartbeat_time: 1,
      metadata: {},
    }),
    lenient: {
      status: "nothing",
      ...each("null or nothing", "worker_id last_heartbeat_time metadata"),
    },
  },
  addSpan: {
    fitting: (ids) => ({ span: span(ids, "s1") }),
    lenient: within("span", SPAN_LENIENT),
  },
  addManySpans: {
    fitting: (ids) => ({ spans: [spanOf(ids, "s1", { parent_id: "p" }), span(ids, "s2")] }),
    lenient: {
      ...within("spans[0]", NEW_SPAN_LENIENT),
      ...within("spans[1]", NEW_SPAN_LENIENT),
    },
  },
  addOtelSpan: {
    fitting: (ids) => ({ ...ids, readable_span: otelSpan, sequence_id: 1 }),
    lenient: { sequence_id: "null or nothing" },
  },
  querySpans: {
    fitting: (ids) => ({
      ...ids,
      trace_id: "x",
      trace_id_contains: "x",
      span_id: "x",
      span_id_contains: "x",
      parent_id: "x",
      parent_id_contains: "x",
      name: "x",
      name_contains: "x",
      filter_logic: "and",
      sort_by: "name",
      ...PAGING,
    }),
    lenient: {
      ...each(
        "null or nothing",
        "attempt_id trace_id trace_id_contains span_id span_id_contains parent_id " +
          "parent_id_contains name name_contains",
      ),
      ...PAGING_LENIENT,
    },
  },
  getNextSpanSequenceId: { fitting: (ids) => ({ ...ids }) },
  getManySpanSequenceIds: { fitting: (ids) => ({ pairs: [{ ...ids }, { ...ids }] }) },
  addResources: { fitting: () => ({ resources: RESOURCES }), lenient: RESOURCES_LENIENT },
  updateResources: {
    fitting: () => ({ resources_id: "r", resources: RESOURCES }),
    lenient: RESOURCES_LENIENT,
  },
  queryResources: {
    fitting: () => ({
      resources_id: "x",
      resources_id_contains: "x",
      sort_by: "version",
      ...PAGING,
    }),
    lenient: {
      ...each("null or nothing", "resources_id resources_id_contains"),
      ...PAGING_LENIENT,
    },
  },
  getResourcesById: { fitting: () => ({ resources_id: "r" }) },
  queryWorkers: {
    fitting: () => ({
      status_in: ["idle"],
      worker_id_contains: "x",
      filter_logic: "and",
      sort_by: "status",
      ...PAGING,
    }),
    lenient: { ...each("null or nothing", "status_in worker_id_contains"), ...PAGING_LENIENT },
  },
  getWorkerById: { fitting: () => ({ worker_id: "w" }) },
  updateWorker: {
    fitting: () => ({ worker_id: "w", heartbeat_stats: {} }),
    lenient: { heartbeat_stats: "nothing" },
  },
  waitForRollouts: {
    fitting: ({ rollout_id }) => ({ rollout_ids: [rollout_id], timeout: 0 }),
    lenient: { timeout: "null or nothing" },
  },
};
