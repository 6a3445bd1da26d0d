/** Opens a file of SQLite's. */

import { E, type TE } from "../../deps/fp.ts";
import { backendError, type StoreError } from "../../model/errors.ts";
import type { SqliteDriver } from "./driver.ts";
import { findEngine } from "./engines.ts";
import { waitForLocks } from "./locks.ts";
import { logKeeper } from "./log_keeper.ts";

/** How a file is opened. */
export interface FileOptions {
  readonly path: string;
  readonly durability: "normal" | "full";
  readonly busyTimeoutSeconds: number;
}

/** An open file. */
export interface OpenFile {
  readonly driver: SqliteDriver;
  /** To be called after each transaction that has written. */
  readonly written: () => void;
  /** Another number once another connection has written; null where there is no way to know. */
  readonly version: (() => number) | null;
}

/** Opens a file, or `:memory:`, with the engine that is here. */
export const openFile = (
  { path, durability, busyTimeoutSeconds }: FileOptions,
): TE.TaskEither<StoreError, OpenFile> =>
async () => {
  const engine = await findEngine();
  if (E.isLeft(engine)) return engine;
  let driver: SqliteDriver | undefined;
  try {
    driver = engine.right(path);
    waitForLocks(driver, busyTimeoutSeconds * 1000);
    if (isForeign(driver)) {
      driver.close();
      return E.left(backendError(
        `${path} is the database of another program: there are tables in it, and none of a store; name another file`,
        null,
      ));
    }
    await writeAhead(driver, busyTimeoutSeconds);
    driver.exec(`PRAGMA synchronous = ${durability}`);
    const version = versionOf(driver);
    const written = logKeeper(driver, { busyTimeoutSeconds, version });
    return E.right({ driver, written, version });
  } catch (cause) {
    driver?.close();
    return E.left(backendError(`Cannot open the SQLite file ${path}`, cause));
  }
};

/**
 * Whether a database is another program's: it has tables, and not the first one that a store makes.
 * Those of Cloudflare and Litestream do not count. A database that is handed in as a driver may have
 * any.
 */
const isForeign = (driver: SqliteDriver): boolean => {
  const tables = driver.prepare(TABLES).all().map((row) => Object(row).name);
  return tables.length > 0 && !tables.includes("lightning_store");
};

const TABLES = `
SELECT name FROM sqlite_schema
WHERE type IN ('table', 'view') AND name NOT GLOB 'sqlite_*'
  AND name NOT GLOB '_cf_*' AND name NOT GLOB '_litestream_*'`;

/** Source: sqlite.org/pragma.html#pragma_data_version. */
const versionOf = (driver: SqliteDriver): () => number => {
  const select = driver.prepare("PRAGMA data_version");
  return () => Number(Object(select.get()).data_version);
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

/**
 * SQLITE_BUSY and its extended codes, which engines give as a number or by name. Source:
 * sqlite.org/rescode.html.
 */
const isBusy = (cause: unknown): boolean =>
  cause instanceof Error &&
  ("errcode" in cause && typeof cause.errcode === "number" && (cause.errcode & 0xff) === 5 ||
    "code" in cause && String(cause.code).startsWith("SQLITE_BUSY"));
