/** better-sqlite3, an SQLite engine for Node: the one place that names its version. */
import { loadOnDemand } from "./on_demand.ts";

/** The version of better-sqlite3 that is meant: the newest for Node 20, which lacks an own engine. */
export const BETTER_SQLITE_VERSION = "12.11.1";

/** Loads its class of databases, as `D`; rejects where it is not installed. */
export const loadBetterSqlite = async <D>(): Promise<D> => {
  const module = await loadOnDemand<{ readonly default: D }>({
    name: "better-sqlite3",
    version: BETTER_SQLITE_VERSION,
  });
  return module.default;
};
