/** A selection of the core in SQL. */

import type { Criterion, FieldKind, Order, Selection } from "../../core/selection.ts";
import type { Page } from "../../model/query.ts";
import type { SqliteValue } from "./driver.ts";
import type { Prepare } from "./statements.ts";

/** Where the records of one kind are. */
export interface Source {
  /** The columns to read. */
  readonly columns: string;
  /** The tables, joined. */
  readonly from: string;
  /** What the records must fulfill before any filter, with its values. */
  readonly scope: string;
  readonly values: readonly SqliteValue[];
  /** The prefix of the columns that a selection names. */
  readonly prefix: string;
  /** The column of the order of insertion. */
  readonly inserted: string;
  /** A field that is no column, since all records of the scope agree in it. */
  readonly constant?: string;
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
  const filters = criteria.map((criterion) => conditionOf(source, criterion));
  const where = filters.length === 0
    ? source.scope
    : `${source.scope} AND (${
      filters.map(({ condition }) => condition).join(` ${logic.toUpperCase()} `)
    })`;
  const values = [...source.values, ...filters.flatMap(({ values }) => values)];
  const items = sql<R>(
    `SELECT ${source.columns} FROM ${source.from} WHERE ${where} ORDER BY ${
      orderOf(source, order)
    } LIMIT +? OFFSET +?`,
  ).all(...values, limit, offset).map(recordOf);
  const isAll = limit === -1 && offset === 0;
  const total = isAll ? items.length : sql<{ readonly total: number }>(
    `SELECT count(*) AS total FROM ${source.from} WHERE ${where}`,
  ).get(...values)?.total ?? 0;
  return { items, limit, offset, total };
};

const conditionOf = <F extends string>(
  { prefix, statusIn }: Source,
  { field, test, value }: Criterion<F>,
): Condition => {
  const column = `${prefix}${field}`;
  switch (test) {
    case "equals":
      return { condition: `${column} = ?`, values: [value] };
    case "contains":
      return { condition: `instr(${column}, ?) > 0`, values: [value] };
    case "in":
      return statusIn !== undefined && field === "status" ? statusIn(value) : isIn(column, value);
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

const orderOf = <F extends string>(
  { prefix, inserted, constant }: Source,
  order: Order<F> | null,
): string =>
  order === null || order.field === constant
    ? inserted
    : `coalesce(${prefix}${order.field}, ${NULL_SQL[order.kind]}) ${
      order.descending ? "DESC" : "ASC"
    }, ${inserted}`;
