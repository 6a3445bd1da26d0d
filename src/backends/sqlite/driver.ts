/** The little that the SQLite backend asks of an SQLite engine. */

/** A value that SQLite holds, as far as the backend uses them. */
export type SqliteValue = string | number | null;

/** A prepared statement. */
export interface SqliteStatement {
  /** Runs it for its effect; `changes` counts the rows that it inserted, updated or deleted. */
  run(...values: SqliteValue[]): {
    readonly changes: number | bigint;
    readonly lastInsertRowid: number | bigint;
  };
  /** Runs it for its first row, an object by column name; `undefined` or null when there is none. */
  get(...values: SqliteValue[]): unknown;
  /** Runs it for all of its rows, objects by column name. */
  all(...values: SqliteValue[]): readonly unknown[];
}

/**
 * A synchronous SQLite engine, version 3.37 or later, which has STRICT tables. A `DatabaseSync`
 * of Node's fits as it is, those of `better-sqlite3` and `bun:sqlite` have the same shape, and a
 * Durable Object's storage takes a few lines around it.
 */
export interface SqliteDriver {
  /** Runs statements that have no values and give no rows. */
  exec(sql: string): unknown;
  /** Prepares one statement. */
  prepare(sql: string): SqliteStatement;
  /**
   * Runs a function in a transaction that takes the write lock at its start, for engines on which
   * `BEGIN IMMEDIATE` and `COMMIT` cannot be prepared.
   */
  runInTransaction?<A>(body: () => A): A;
  /** Lets go of the database. */
  close(): void;
}
