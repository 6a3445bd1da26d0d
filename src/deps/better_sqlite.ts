/** better-sqlite3, an SQLite engine for Node: the one place that names its version. */

/** The version of better-sqlite3 that is meant: the newest for Node 20, which has no own engine. */
export const BETTER_SQLITE_VERSION = "12.11.1";

/** A name that neither Deno nor a bundler follows. */
const NAME: string = "better-sqlite3";

/** Loads its class of databases, as `D`; rejects where it is not installed. */
export const loadBetterSqlite = async <D>(): Promise<D> => {
  const module: { readonly default: D } = await import(NAME);
  return module.default;
};
