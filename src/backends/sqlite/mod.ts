/**
 * The SQLite backend.
 *
 * @module
 */

export type { SqliteDriver, SqliteStatement, SqliteValue } from "./driver.ts";
export type { SqliteOptions } from "./options.ts";
export { sqlite } from "./sqlite.ts";
