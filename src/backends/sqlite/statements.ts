/** Prepared statements by their text. */

import type { SqliteDriver, SqliteStatement, SqliteValue } from "./driver.ts";

/**
 * Runs statements, each prepared once. `R` says what the columns hold: the tables are STRICT and
 * hold only what the backend wrote from decoded records, so rows are trusted, not decoded again.
 */
export interface Statements {
  readonly run: (sql: string, ...values: SqliteValue[]) => void;
  readonly get: <R>(sql: string, ...values: SqliteValue[]) => R | undefined;
  readonly all: <R>(sql: string, ...values: SqliteValue[]) => readonly R[];
}

export const statements = (driver: Pick<SqliteDriver, "prepare">): Statements => {
  const prepared = new Map<string, SqliteStatement>();
  const statement = (sql: string): SqliteStatement => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const fresh = driver.prepare(sql);
    prepared.set(sql, fresh);
    return fresh;
  };
  return {
    run: (sql, ...values) => void statement(sql).run(...values),
    // The cast is the trust that the interface speaks of.
    get: <R>(sql: string, ...values: SqliteValue[]) =>
      (statement(sql).get(...values) ?? undefined) as R | undefined,
    all: <R>(sql: string, ...values: SqliteValue[]) =>
      statement(sql).all(...values) as readonly R[],
  };
};
