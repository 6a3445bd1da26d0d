/** The rules that all queries of the reference model share (contract 2.2): filters, order, pages. */

import type { Page } from "../../src/model/query.ts";

/** What a query says of its order, its page and its logic, as far as it says anything. */
export interface Listing {
  readonly sort_by?: string | null;
  readonly sort_order?: string;
  readonly limit?: number;
  readonly offset?: number;
  readonly filter_logic?: string;
}

/** Whether a query can be answered at all, whatever the data. */
export const isAnswerable = (query: Listing, sortFields: readonly string[]): boolean => {
  const { sort_by = null, sort_order = "asc", limit = -1, offset = 0, filter_logic = "and" } =
    query;
  return (sort_by === null || sortFields.includes(sort_by)) &&
    (sort_by === null || sort_order === "asc" || sort_order === "desc") &&
    (filter_logic === "and" || filter_logic === "or") &&
    limit >= -1 && offset >= 0;
};

/** Combines criteria; one that is null was not given. */
export const allows = (
  logic: string | undefined,
  criteria: readonly (boolean | null)[],
): boolean => {
  const given = criteria.filter((criterion) => criterion !== null);
  if (given.length === 0) return true;
  return logic === "or" ? given.includes(true) : !given.includes(false);
};

type Wanted<A> = A | null | undefined;

export const equals = (value: string | null, wanted: Wanted<string>): boolean | null =>
  wanted === null || wanted === undefined ? null : value === wanted;

export const isAmong = (value: string | null, wanted: Wanted<readonly string[]>): boolean | null =>
  wanted === null || wanted === undefined ? null : value !== null && wanted.includes(value);

export const contains = (value: string | null, part: Wanted<string>): boolean | null =>
  part === null || part === undefined ? null : value !== null && value.includes(part);

/** Sorts what matches, counts it and cuts the page out. */
export const pageOf = <A extends object>(
  matching: readonly A[],
  { sort_by = null, sort_order = "asc", limit = -1, offset = 0 }: Listing,
): Page<A> => {
  const sorted = sort_by === null ? matching : matching.toSorted((a, b) => {
    const order = compare(sortKey(a, sort_by), sortKey(b, sort_by));
    return sort_order === "desc" ? -order : order;
  });
  const items = sorted.slice(offset, limit === -1 ? undefined : offset + limit);
  return { items, limit, offset, total: matching.length };
};

const sortKey = (record: object, field: string): unknown =>
  valueOf(record, field) ?? (field.endsWith("_time") || field === "duration" ? Infinity : "");

const valueOf = (record: object, field: string): unknown => {
  if (field === "duration") {
    const { start_time, end_time } = Object(record);
    return start_time === null || end_time === null ? null : end_time - start_time;
  }
  if (field === "status_code") return Object(record).status.status_code;
  const isOfRollout = "config" in record;
  const isOfAttempt = ["attempt_id", "worker_id", "last_heartbeat_time"].includes(field);
  return isOfRollout && isOfAttempt ? Object(record).attempt?.[field] : Reflect.get(record, field);
};

const compare = (a: unknown, b: unknown): number =>
  typeof a === "number" && typeof b === "number"
    ? (a < b ? -1 : a > b ? 1 : 0)
    : compareText(String(a), String(b));

const compareText = (a: string, b: string): number => {
  const [left, right] = [codePoints(a), codePoints(b)];
  const at = left.findIndex((point, i) => point !== right[i]);
  if (at === -1) return left.length - right.length;
  const other = right[at];
  return other === undefined ? 1 : left[at]! - other;
};

const codePoints = (text: string): readonly number[] =>
  Array.from(text, (char) => char.codePointAt(0)!);
