/** Prepared statements. */

import type { SqliteDriver, SqliteStatement, SqliteValue } from "./driver.ts";

/**
 * A prepared statement whose rows are `R`. The tables are STRICT and hold only what the backend
 * wrote from decoded records, so rows are trusted, not decoded again.
 */
export interface Statement<R> {
  readonly run: (...values: SqliteValue[]) => ReturnType<SqliteStatement["run"]>;
  readonly get: (...values: SqliteValue[]) => R | undefined | null;
  readonly all: (...values: SqliteValue[]) => readonly R[];
}

/** Prepares a statement, once for each text. */
export type Prepare = <R = unknown>(sql: string) => Statement<R>;

/** Queries come in very many forms; beyond this, all are prepared anew. */
const MOST = 1000;

export const preparing = (driver: Pick<SqliteDriver, "prepare">): Prepare => {
  const prepared = new Map<string, SqliteStatement>();
  return <R>(sql: string) => {
    const known = prepared.get(sql);
    const statement = known ?? driver.prepare(sql);
    if (known === undefined) {
      if (prepared.size === MOST) prepared.clear();
      prepared.set(sql, statement);
    }
    // The cast is the trust that `Statement` speaks of.
    return statement as Statement<R>;
  };
};
