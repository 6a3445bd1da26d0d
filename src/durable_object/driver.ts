/** The storage of a Durable Object as an SQLite engine. */

import type { SqliteDriver, SqliteStatement } from "../backends/sqlite/driver.ts";
import type { DurableObjectStorage } from "./platform.ts";

/**
 * Makes a driver for `sqlite({ driver, shared: false })`. The storage keeps prepared statements by
 * their text, and begins transactions by itself alone.
 *
 * @example A backend for an object that does more than to hold a store
 * ```ts
 * import { sqlite } from "@lightning/store";
 * import { durableObjectDriver, type DurableObjectState } from "@lightning/store/durable-object";
 *
 * export const backendOf = ({ storage }: DurableObjectState) =>
 *   sqlite({ driver: durableObjectDriver(storage), shared: false });
 * ```
 */
export const durableObjectDriver = (storage: DurableObjectStorage): SqliteDriver => {
  const { sql } = storage;
  return {
    exec: (text) => sql.exec(text),
    prepare: (text) => ({
      run: (...values) => {
        sql.exec(text, ...values);
        const [written] = sql.exec(WRITTEN).toArray();
        // The one row of the statement above has these two columns.
        return written as ReturnType<SqliteStatement["run"]>;
      },
      get: (...values) => sql.exec(text, ...values).toArray()[0],
      all: (...values) => sql.exec(text, ...values).toArray(),
    }),
    runInTransaction: (body) => storage.transactionSync(body),
    // The platform lets go of the database when it ends the object.
    close: () => {},
  };
};

/** What the last write did; a cursor itself counts rows of indexes too. */
const WRITTEN = "SELECT changes() AS changes, last_insert_rowid() AS lastInsertRowid";
