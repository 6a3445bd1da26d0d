/**
 * What a query selects, as data: filters, order and page, for an engine to put into its own
 * language. Contract section 2.2.
 */

import { E } from "../deps/fp.ts";
import { type InvalidArgument, unknownSortField, unknownSortOrder } from "../model/errors.ts";
import { refuse } from "../model/options.ts";
import type {
  AttemptQuery,
  AttemptSortField,
  Filled,
  ResourcesQuery,
  ResourcesSortField,
  RolloutQuery,
  RolloutSortField,
  SpanQuery,
  SpanSortField,
  WorkerQuery,
  WorkerSortField,
} from "../model/query.ts";

/** One filter. A field that is null matches none. */
export type Criterion<F extends string> =
  | { readonly field: F; readonly test: "equals" | "contains"; readonly value: string }
  | { readonly field: F; readonly test: "in"; readonly value: readonly string[] };

/** The order of a selection. */
export interface Order extends SortKey {
  /** Whether the greatest comes first. */
  readonly descending: boolean;
}

/** What records are sorted by. */
export interface SortKey {
  /** Where it is found in a record. */
  readonly value: SortValue;
  /** What it holds, which decides the place of null. */
  readonly kind: FieldKind;
}

/**
 * Where a sort key is found: at a path into the record, or as the time between two of its fields,
 * which is null where one of them is.
 */
export type SortValue =
  | { readonly path: Path }
  | { readonly since: string; readonly until: string };

/** A field of a record, or one of an object that it holds, which may be missing. */
export type Path = readonly [string] | readonly [string, string];

/** What a field holds. */
export type FieldKind = "time" | "text" | "number";

/** What a query selects within its scope. */
export interface Selection<F extends string> {
  /** The filters. */
  readonly criteria: readonly Criterion<F>[];
  /** Whether all criteria must hold, or one. No criterion at all selects everything. */
  readonly logic: "and" | "or";
  /** Absent: the order of insertion, which also decides ties. */
  readonly order: Order | null;
  /** -1 for no limit. */
  readonly limit: number;
  /** How many matches to pass over first. */
  readonly offset: number;
}

/** What a sort field is: one of the record's own, by its kind, or one that is made of others. */
type SortKeys<F extends string> = Readonly<Record<F, FieldKind | SortKey>>;

/** How long something took; what has not ended comes last, as its end does. */
const DURATION: SortKey = { kind: "time", value: { since: "start_time", until: "end_time" } };

/** Source of the keys that are made of others, here and of spans: http-api.md, H-23. */
const ROLLOUT: SortKeys<RolloutSortField> = {
  rollout_id: "text",
  start_time: "time",
  end_time: "time",
  mode: "text",
  resources_id: "text",
  status: "text",
  attempt_id: { kind: "text", value: { path: ["attempt", "attempt_id"] } },
  worker_id: { kind: "text", value: { path: ["attempt", "worker_id"] } },
  last_heartbeat_time: { kind: "time", value: { path: ["attempt", "last_heartbeat_time"] } },
  duration: DURATION,
};

const ATTEMPT: SortKeys<AttemptSortField> = {
  rollout_id: "text",
  attempt_id: "text",
  sequence_id: "number",
  start_time: "time",
  end_time: "time",
  status: "text",
  worker_id: "text",
  last_heartbeat_time: "time",
};

const SPAN: SortKeys<SpanSortField> = {
  rollout_id: "text",
  attempt_id: "text",
  sequence_id: "number",
  trace_id: "text",
  span_id: "text",
  parent_id: "text",
  name: "text",
  start_time: "time",
  end_time: "time",
  status_code: { kind: "text", value: { path: ["status", "status_code"] } },
  duration: DURATION,
};

const RESOURCES: SortKeys<ResourcesSortField> = {
  resources_id: "text",
  create_time: "time",
  update_time: "time",
  version: "number",
};

const WORKER: SortKeys<WorkerSortField> = {
  worker_id: "text",
  status: "text",
  last_heartbeat_time: "time",
  last_dequeue_time: "time",
  last_busy_time: "time",
  last_idle_time: "time",
  current_rollout_id: "text",
  current_attempt_id: "text",
};

/** The names of the fields that each kind of record can be sorted by. */
export const SORT_FIELDS = {
  rollout: Object.keys(ROLLOUT),
  attempt: Object.keys(ATTEMPT),
  span: Object.keys(SPAN),
  resources: Object.keys(RESOURCES),
  worker: Object.keys(WORKER),
} as const;

type Selected<F extends string> = E.Either<InvalidArgument, Selection<F>>;

/** What a rollout query selects. The older names of two filters count where the newer are null. */
export const rolloutSelection = (q: Filled<RolloutQuery>): Selected<RolloutSortField> =>
  selection(ROLLOUT, q, q.filter_logic, [
    ...oneOf("status", q.status_in ?? q.status),
    ...oneOf("mode", q.mode_in),
    ...oneOf("rollout_id", q.rollout_id_in ?? q.rollout_ids),
    ...part("rollout_id", q.rollout_id_contains),
  ]);

/** What an attempt query selects among the attempts of its rollout. */
export const attemptSelection = (q: Filled<AttemptQuery>): Selected<AttemptSortField> =>
  selection(ATTEMPT, q, "and", []);

/** What a span query selects among the spans of its rollout and attempt. */
export const spanSelection = (q: Filled<SpanQuery>): Selected<SpanSortField> =>
  selection(SPAN, q, q.filter_logic, [
    ...whole("trace_id", q.trace_id),
    ...part("trace_id", q.trace_id_contains),
    ...whole("span_id", q.span_id),
    ...part("span_id", q.span_id_contains),
    ...whole("parent_id", q.parent_id),
    ...part("parent_id", q.parent_id_contains),
    ...whole("name", q.name),
    ...part("name", q.name_contains),
  ]);

/** What a resources query selects. */
export const resourcesSelection = (q: Filled<ResourcesQuery>): Selected<ResourcesSortField> =>
  selection(RESOURCES, q, "and", [
    ...whole("resources_id", q.resources_id),
    ...part("resources_id", q.resources_id_contains),
  ]);

/** What a worker query selects. */
export const workerSelection = (q: Filled<WorkerQuery>): Selected<WorkerSortField> =>
  selection(WORKER, q, q.filter_logic, [
    ...oneOf("status", q.status_in),
    ...part("worker_id", q.worker_id_contains),
  ]);

const whole = <F extends string>(field: F, value: string | null): readonly Criterion<F>[] =>
  value === null ? [] : [{ field, test: "equals", value }];

const part = <F extends string>(field: F, value: string | null): readonly Criterion<F>[] =>
  value === null ? [] : [{ field, test: "contains", value }];

const oneOf = <F extends string>(
  field: F,
  value: readonly string[] | null,
): readonly Criterion<F>[] => value === null ? [] : [{ field, test: "in", value }];

const selection = <F extends string>(
  keys: SortKeys<F>,
  { sort_by, sort_order, limit, offset }: {
    readonly sort_by: string | null;
    readonly sort_order: string;
    readonly limit: number;
    readonly offset: number;
  },
  filter_logic: string,
  criteria: readonly Criterion<F>[],
): Selected<F> => {
  const isField = (name: string): name is F => Object.hasOwn(keys, name);
  if (filter_logic !== "and" && filter_logic !== "or") {
    return refuse("filter_logic", '"and" or "or"', filter_logic);
  }
  if (sort_by !== null && sort_order !== "asc" && sort_order !== "desc") {
    return E.left(unknownSortOrder(sort_order));
  }
  if (sort_by !== null && !isField(sort_by)) {
    return E.left(unknownSortField(sort_by, Object.keys(keys)));
  }
  if (limit < -1) return refuse("limit", "-1 for all, or 0 and up", limit);
  if (offset < 0) return refuse("offset", "0 and up", offset);
  const order = sort_by === null
    ? null
    : { ...sortKeyOf(sort_by, keys[sort_by]), descending: sort_order === "desc" };
  return E.right({ criteria, logic: filter_logic, order, limit, offset });
};

const sortKeyOf = (field: string, key: FieldKind | SortKey): SortKey =>
  typeof key === "string" ? { kind: key, value: { path: [field] } } : key;
