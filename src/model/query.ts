/** What the query operations take, and the page that they answer with. */

import {
  AnyString,
  type Codec,
  Integer,
  judgedLater,
  list,
  nullable,
  orElse,
  record,
  Text,
  withDefault,
} from "./codec.ts";
import { RolloutMode, RolloutStatus } from "./rollout.ts";
import { WorkerStatus } from "./worker.ts";

/** One page of a query's result. */
export interface Page<A> {
  /** The records of this page. */
  readonly items: readonly A[];
  /** The limit that was asked for; -1 for none. */
  readonly limit: number;
  /** The offset that was asked for. */
  readonly offset: number;
  /** How many records match, on all pages together. */
  readonly total: number;
}

/** The order and the page of a query. */
export interface Paging<F extends string> {
  /** The field to sort by; null for the order of insertion. */
  readonly sort_by?: F | null;
  /** Default: `asc`. Records that tie keep the order of insertion in both. */
  readonly sort_order?: "asc" | "desc";
  /** How many records at most; -1, the default, for all. */
  readonly limit?: number;
  /** How many matching records to pass over first. Default: 0. */
  readonly offset?: number;
}

/** How the filters of a query combine. */
export interface Filtering {
  /** `and`, the default: every filter that is given must hold. `or`: at least one. */
  readonly filter_logic?: "and" | "or";
}

/**
 * The fields that rollouts can be sorted by. `attempt_id`, `worker_id` and `last_heartbeat_time` are
 * those of the latest attempt; `duration` is the time from `start_time` to `end_time`, in which
 * rollouts that have not ended come last.
 */
export type RolloutSortField =
  | "rollout_id"
  | "start_time"
  | "end_time"
  | "mode"
  | "resources_id"
  | "status"
  | "attempt_id"
  | "worker_id"
  | "last_heartbeat_time"
  | "duration";

/** Which rollouts to list. A filter that is absent or null does not count. */
export interface RolloutQuery extends Paging<RolloutSortField>, Filtering {
  /** Statuses to find; an empty array matches nothing. */
  readonly status_in?: readonly RolloutStatus[] | null;
  /** Modes to find; an empty array matches nothing, and a rollout without mode never matches. */
  readonly mode_in?: readonly RolloutMode[] | null;
  /** Ids to find. */
  readonly rollout_id_in?: readonly string[] | null;
  /** A part of the id, with regard to case. */
  readonly rollout_id_contains?: string | null;
  /** Older name of `status_in`, which wins over it. */
  readonly status?: readonly RolloutStatus[] | null;
  /** Older name of `rollout_id_in`, which wins over it. */
  readonly rollout_ids?: readonly string[] | null;
}

/** The fields that attempts can be sorted by. */
export type AttemptSortField =
  | "rollout_id"
  | "attempt_id"
  | "sequence_id"
  | "start_time"
  | "end_time"
  | "status"
  | "worker_id"
  | "last_heartbeat_time";

/** Which attempts to list. Default order: `sequence_id`. */
export interface AttemptQuery extends Paging<AttemptSortField> {
  /** Their rollout. */
  readonly rollout_id: string;
}

/**
 * The fields that spans can be sorted by. `status_code` is that of its status; `duration` is the
 * time from `start_time` to `end_time`, in which spans that lack one of them come last.
 */
export type SpanSortField =
  | "rollout_id"
  | "attempt_id"
  | "sequence_id"
  | "trace_id"
  | "span_id"
  | "parent_id"
  | "name"
  | "start_time"
  | "end_time"
  | "status_code"
  | "duration";

/** Which spans of a rollout to list. Default order: `sequence_id`. */
export interface SpanQuery extends Paging<SpanSortField>, Filtering {
  /** Their rollout. */
  readonly rollout_id: string;
  /** Their attempt, or `latest`; null, the default, for all attempts. */
  readonly attempt_id?: string | null;
  /** The trace to find. */
  readonly trace_id?: string | null;
  /** A part of the trace's id. */
  readonly trace_id_contains?: string | null;
  /** The span to find. */
  readonly span_id?: string | null;
  /** A part of the span's id. */
  readonly span_id_contains?: string | null;
  /** The parent to find. */
  readonly parent_id?: string | null;
  /** A part of the parent's id; a span without parent never matches. */
  readonly parent_id_contains?: string | null;
  /** The name to find. */
  readonly name?: string | null;
  /** A part of the name, with regard to case. */
  readonly name_contains?: string | null;
}

/** The fields that resources can be sorted by. */
export type ResourcesSortField = "resources_id" | "create_time" | "update_time" | "version";

/** Which resources to list. Both filters must hold if both are given. */
export interface ResourcesQuery extends Paging<ResourcesSortField> {
  /** The id to find. */
  readonly resources_id?: string | null;
  /** A part of the id, with regard to case. */
  readonly resources_id_contains?: string | null;
}

/** The fields that workers can be sorted by. */
export type WorkerSortField =
  | "worker_id"
  | "status"
  | "last_heartbeat_time"
  | "last_dequeue_time"
  | "last_busy_time"
  | "last_idle_time"
  | "current_rollout_id"
  | "current_attempt_id";

/** Which workers to list. */
export interface WorkerQuery extends Paging<WorkerSortField>, Filtering {
  /** Statuses to find; an empty array matches nothing. */
  readonly status_in?: readonly WorkerStatus[] | null;
  /** A part of the id, with regard to case. */
  readonly worker_id_contains?: string | null;
}

/**
 * A query with its defaults filled in. The words of order and logic, the sort field and the bounds
 * of the page are judged by `src/core/selection.ts`, since they fail as `InvalidArgument`.
 */
export type Filled<Q> = {
  readonly [K in keyof Q]-?: K extends "sort_by" ? string | null
    : K extends "sort_order" | "filter_logic" ? string
    : Exclude<Q[K], undefined>;
};

const paging = (sort_by: string | null) => ({
  sort_by: withDefault<string | null>(nullable(AnyString), () => sort_by),
  sort_order: withDefault(
    judgedLater(AnyString, { enum: ["asc", "desc"] }),
    () => "asc",
  ),
  limit: withDefault(judgedLater(Integer, { minimum: -1 }), () => -1),
  offset: withDefault(judgedLater(Integer, { minimum: 0 }), () => 0),
});

const filtering = {
  filter_logic: withDefault(
    judgedLater(AnyString, { enum: ["and", "or"] }),
    () => "and",
  ),
};

const text = orElse<string | null>(nullable(Text), () => null);
const texts = orElse<readonly string[] | null>(nullable(list(Text)), () => null);
const rolloutStatuses = orElse<readonly RolloutStatus[] | null>(
  nullable(list(RolloutStatus)),
  () => null,
);

/**
 * The codec of {@linkcode RolloutQuery}.
 *
 * @example
 * ```ts
 * import { decode, RolloutQuery } from "@lightning/store";
 *
 * const decoded = decode(RolloutQuery, { status_in: ["failed"], sort_by: "end_time", limit: 10 });
 * console.log(decoded._tag); // Right
 * ```
 */
export const RolloutQuery: Codec<Filled<RolloutQuery>, RolloutQuery> = record<
  Filled<RolloutQuery>,
  RolloutQuery
>("a rollout query", {
  status_in: rolloutStatuses,
  mode_in: orElse<readonly RolloutMode[] | null>(nullable(list(RolloutMode)), () => null),
  rollout_id_in: texts,
  rollout_id_contains: text,
  status: rolloutStatuses,
  rollout_ids: texts,
  ...filtering,
  ...paging(null),
});

/**
 * The codec of {@linkcode AttemptQuery}.
 *
 * @example
 * ```ts
 * import { decode, AttemptQuery } from "@lightning/store";
 *
 * const decoded = decode(AttemptQuery, { rollout_id: "ro-1", sort_order: "desc" });
 * console.log(decoded._tag); // Right
 * ```
 */
export const AttemptQuery: Codec<Filled<AttemptQuery>, AttemptQuery> = record<
  Filled<AttemptQuery>,
  AttemptQuery
>("an attempt query", { rollout_id: Text, ...paging("sequence_id") });

/**
 * The codec of {@linkcode SpanQuery}.
 *
 * @example
 * ```ts
 * import { decode, SpanQuery } from "@lightning/store";
 *
 * const decoded = decode(SpanQuery, { rollout_id: "ro-1", attempt_id: "latest", name_contains: "reward" });
 * console.log(decoded._tag); // Right
 * ```
 */
export const SpanQuery: Codec<Filled<SpanQuery>, SpanQuery> = record<Filled<SpanQuery>, SpanQuery>(
  "a span query",
  {
    rollout_id: Text,
    attempt_id: text,
    trace_id: text,
    trace_id_contains: text,
    span_id: text,
    span_id_contains: text,
    parent_id: text,
    parent_id_contains: text,
    name: text,
    name_contains: text,
    ...filtering,
    ...paging("sequence_id"),
  },
);

/**
 * The codec of {@linkcode ResourcesQuery}.
 *
 * @example
 * ```ts
 * import { decode, ResourcesQuery } from "@lightning/store";
 *
 * const decoded = decode(ResourcesQuery, { resources_id_contains: "prompt" });
 * console.log(decoded._tag); // Right
 * ```
 */
export const ResourcesQuery: Codec<Filled<ResourcesQuery>, ResourcesQuery> = record<
  Filled<ResourcesQuery>,
  ResourcesQuery
>("a resources query", { resources_id: text, resources_id_contains: text, ...paging(null) });

/**
 * The codec of {@linkcode WorkerQuery}.
 *
 * @example
 * ```ts
 * import { decode, WorkerQuery } from "@lightning/store";
 *
 * const decoded = decode(WorkerQuery, { status_in: ["busy"] });
 * console.log(decoded._tag); // Right
 * ```
 */
export const WorkerQuery: Codec<Filled<WorkerQuery>, WorkerQuery> = record<
  Filled<WorkerQuery>,
  WorkerQuery
>("a worker query", {
  status_in: orElse<readonly WorkerStatus[] | null>(nullable(list(WorkerStatus)), () => null),
  worker_id_contains: text,
  ...filtering,
  ...paging(null),
});
