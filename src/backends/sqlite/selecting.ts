/** A selection of the core in SQL. */

import type { Criterion, Order, Selection } from "../../core/selection.ts";
import type { Page } from "../../model/query.ts";
import type { SqliteValue } from "./driver.ts";
import type { Statements } from "./statements.ts";

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
}

/** The page of rows that a selection makes of a source. */
export const pageOf = <R, A, F extends string>(
  sql: Statements,
  source: Source,
  { criteria, logic, order, limit, offset }: Selection<F>,
  recordOf: (row: R) => A,
): Page<A> => {
  const filters = criteria.map((criterion) => conditionOf(source.prefix, criterion));
  const where = filters.length === 0
    ? source.scope
    : `${source.scope} AND (${
      filters.map(({ condition }) => condition).join(` ${logic.toUpperCase()} `)
    })`;
  const values = [...source.values, ...filters.map(({ value }) => value)];
  const items = sql.all<R>(
    `SELECT ${source.columns} FROM ${source.from} WHERE ${where} ORDER BY ${
      orderOf(source, order)
    } LIMIT ? OFFSET ?`,
    ...values,
    limit,
    offset,
  ).map(recordOf);
  const isAll = limit === -1 && offset === 0;
  const total = isAll ? items.length : sql.get<{ total: number }>(
    `SELECT count(*) AS total FROM ${source.from} WHERE ${where}`,
    ...values,
  )?.total ?? 0;
  return { items, limit, offset, total };
};

const conditionOf = <F extends string>(
  prefix: string,
  { field, test, value }: Criterion<F>,
): { readonly condition: string; readonly value: SqliteValue } => {
  const column = `${prefix}${field}`;
  switch (test) {
    case "equals":
      return { condition: `${column} = ?`, value };
    case "contains":
      return { condition: `instr(${column}, ?) > 0`, value };
    case "in":
      return {
        condition: `${column} IN (SELECT value FROM json_each(?))`,
        value: JSON.stringify(value),
      };
  }
};

/** The place of null, as `NULL_KEY` of the core has it: 9e999 is infinity. */
const NULL_SQL: Readonly<Record<Order<string>["kind"], string>> = {
  time: "9e999",
  text: "''",
  number: "0",
};

const orderOf = <F extends string>(
  { prefix, inserted }: Source,
  order: Order<F> | null,
): string =>
  order === null
    ? inserted
    : `coalesce(${prefix}${order.field}, ${NULL_SQL[order.kind]}) ${
      order.descending ? "DESC" : "ASC"
    }, ${inserted}`;
