/** A selection of the core in SQL. */

import type {
  Criterion,
  FieldKind,
  Order,
  Path,
  Selection,
  SortValue,
} from "../../core/selection.ts";
import type { Page } from "../../model/query.ts";
import type { SqliteValue } from "./driver.ts";
import type { Prepare } from "./statements.ts";

/** Where the records of one kind are. */
export interface Source {
  /** The columns to read. */
  readonly columns: string;
  /** The tables, joined. */
  readonly from: string;
  /**
   * The table in which the records of a page are looked for, before they are read: it has what filters
   * and orders need, but for parts, and `inserted` is its key. Left out where a page passes hardly any
   * record over.
   */
  readonly lookup?: string;
  /** What the records must fulfill before any filter, with its values. */
  readonly scope: string;
  readonly values: readonly SqliteValue[];
  /** The prefix of the columns that a selection names. */
  readonly prefix: string;
  /** The column of the order of insertion. */
  readonly inserted: string;
  /** A field that is no column, since all records of the scope agree in it. */
  readonly constant?: string;
  /** Where a field of an object of the record is. */
  readonly part?: (path: Extract<Path, readonly [string, string]>) => string;
  /** A condition for one of several statuses that indexes serve better than `IN` does. */
  readonly statusIn?: (statuses: readonly string[]) => Condition;
}

/** A condition and its values. */
export interface Condition {
  readonly condition: string;
  readonly values: readonly SqliteValue[];
}

/** The page of rows that a selection makes of a source. */
export const pageOf = <R, A, F extends string>(
  sql: Prepare,
  source: Source,
  { criteria, logic, order, limit, offset }: Selection<F>,
  recordOf: (row: R) => A,
): Page<A> => {
  // Each of a list of ids is found at once, and all of a status never so.
  const byList = logic === "and" &&
    criteria.some(({ test, field }) => test === "in" && field !== "status");
  const filters = criteria.map((criterion) => conditionOf(source, criterion, byList));
  const where = filters.length === 0
    ? source.scope
    : `${source.scope} AND (${
      filters.map(({ condition }) => condition).join(` ${logic.toUpperCase()} `)
    })`;
  const values = [...source.values, ...filters.flatMap(({ values }) => values)];
  const { columns, from, lookup, inserted } = source;
  const ordered = `ORDER BY ${orderOf(source, order)}`;
  const isAll = limit === -1 && offset === 0;
  const page = (what: string, tables: string) =>
    `SELECT ${what} FROM ${tables} WHERE ${where} ${ordered} LIMIT +? OFFSET +?`;
  const text = lookup === undefined || isAll ? page(columns, from) : `SELECT ${columns} FROM ${from}
    WHERE ${inserted} IN (${page(inserted, readsPart(order) ? from : lookup)}) ${ordered}`;
  const items = sql<R>(text).all(...values, limit, offset).map(recordOf);
  const total = isAll ? items.length : sql<{ readonly total: number }>(
    `SELECT count(*) AS total FROM ${lookup ?? from} WHERE ${where}`,
  ).get(...values)?.total ?? 0;
  return { items, limit, offset, total };
};

const readsPart = (order: Order | null): boolean =>
  order !== null && "path" in order.value && order.value.path.length === 2;

const conditionOf = <F extends string>(
  { prefix, statusIn }: Source,
  { field, test, value }: Criterion<F>,
  byList: boolean,
): Condition => {
  const column = `${prefix}${field}`;
  switch (test) {
    case "equals":
      return { condition: `${column} = ?`, values: [value] };
    case "contains":
      return { condition: `instr(${column}, ?) > 0`, values: [value] };
    case "in":
      return statusIn !== undefined && field === "status" && !byList
        ? statusIn(value)
        : isIn(column, value);
  }
};

/** Membership in a list of any length, as one parameter. */
export const isIn = (column: string, values: readonly string[]): Condition => ({
  condition: `${column} IN (SELECT value FROM json_each(?))`,
  values: [JSON.stringify(values)],
});

/** The place of null, as the core has it: 9e999 is infinity. */
const NULL_SQL: Readonly<Record<FieldKind, string>> = {
  time: "9e999",
  text: "''",
  number: "0",
};

const orderOf = (source: Source, order: Order | null): string => {
  const { inserted } = source;
  const value = order === null ? null : valueOf(source, order.value);
  return order === null || value === null
    ? inserted
    : `coalesce(${value}, ${NULL_SQL[order.kind]}) ${
      order.descending ? "DESC" : "ASC"
    }, ${inserted}`;
};

/** A sort key as an expression; null where all records agree in it. */
const valueOf = ({ prefix, constant, part }: Source, value: SortValue): string | null => {
  if (!("path" in value)) return `${prefix}${value.until} - ${prefix}${value.since}`;
  const [field] = value.path;
  if (value.path.length === 2) return part?.(value.path) ?? null;
  return field === constant ? null : `${prefix}${field}`;
};
