/** The little that the SQLite backend asks of an SQLite engine. */

import { E, type TE } from "../../deps/fp.ts";
import { backendError, type StoreError, unsupported } from "../../model/errors.ts";

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
 * A synchronous SQLite engine, version 3.37 or later, which has STRICT tables. A `node:sqlite`
 * database fits as it is, those of `better-sqlite3` and `bun:sqlite` have the same shape, and a
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

/** How `node:sqlite` is opened. */
export interface NodeSqliteOptions {
  readonly path: string;
  readonly durability: "normal" | "full";
  readonly busyTimeoutSeconds: number;
}

/**
 * Pages of 4 kB after which the log is copied into the file. SQLite's own 1,000 come about every 150
 * claims, each with a stop of milliseconds; this has a quarter of them, for a log of 16 MB.
 */
const CHECKPOINT_PAGES = 4000;

/** Opens a file, or `:memory:`, with the engine of Deno, or of Node 22.5 and later. */
export const openNodeSqlite = (
  { path, durability, busyTimeoutSeconds }: NodeSqliteOptions,
): TE.TaskEither<StoreError, SqliteDriver> =>
async () => {
  const open = await nodeSqlite();
  if (open === null) {
    return E.left(unsupported(
      "There is no SQLite engine here (node:sqlite). Hand one in as `sqlite({ driver })`, use `memory()`, or connect to a server that has one",
    ));
  }
  let driver: SqliteDriver | undefined;
  try {
    driver = open(path);
    driver.exec(`PRAGMA busy_timeout = ${Math.round(busyTimeoutSeconds * 1000)}`);
    await writeAhead(driver, busyTimeoutSeconds);
    driver.exec(`PRAGMA synchronous = ${durability}`);
    driver.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    return E.right(driver);
  } catch (cause) {
    driver?.close();
    return E.left(backendError(`Cannot open the SQLite file ${path}`, cause));
  }
};

/** Sets the journal's mode, which fails at once, whatever the timeout, while others set it too. */
const writeAhead = async (driver: SqliteDriver, seconds: number): Promise<void> => {
  const set = driver.prepare("PRAGMA journal_mode = WAL");
  for (const end = performance.now() + seconds * 1000;;) {
    try {
      set.get();
      return;
    } catch (cause) {
      if (!isBusy(cause) || performance.now() >= end) throw cause;
      await new Promise((retry) => setTimeout(retry, 10));
    }
  }
};

/** SQLITE_BUSY and its extended codes. Source: sqlite.org/rescode.html. */
const isBusy = (cause: unknown): boolean =>
  cause instanceof Error && "errcode" in cause && typeof cause.errcode === "number" &&
  (cause.errcode & 0xff) === 5;

/** A name that bundlers for places without `node:` modules do not follow. */
const NODE_SQLITE = "node:sqlite";

const nodeSqlite = async (): Promise<((path: string) => SqliteDriver) | null> => {
  try {
    // The shape of `node:sqlite`, which fits `SqliteDriver`; the name above hides it from the checker.
    const { DatabaseSync } = await import(NODE_SQLITE) as {
      readonly DatabaseSync: new (path: string) => SqliteDriver;
    };
    return (path) => new DatabaseSync(path);
  } catch {
    return null;
  }
};
