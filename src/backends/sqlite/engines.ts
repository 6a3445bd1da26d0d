/** The SQLite engines of runtimes, and the one that is here. */

import { BETTER_SQLITE_VERSION, loadBetterSqlite } from "../../deps/better_sqlite.ts";
import { E } from "../../deps/fp.ts";
import { type Unsupported, unsupported } from "../../model/errors.ts";
import type { SqliteDriver } from "./driver.ts";

/** Opens a file, or `:memory:`. */
export type Engine = (path: string) => SqliteDriver;

/** The first engine that can be loaded. */
export const findEngine = async (): Promise<E.Either<Unsupported, Engine>> => {
  for (const load of ENGINES) {
    try {
      const Database = await load();
      return E.right((path) => new Database(path));
    } catch {
      // It is not here; the next one may be.
    }
  }
  return E.left(unsupported(
    "There is no SQLite engine here: neither node:sqlite, which Node has from 22.13 on, nor " +
      `better-sqlite3 (npm install better-sqlite3@${BETTER_SQLITE_VERSION}). Hand one in as ` +
      "`sqlite({ driver })`, use `memory()`, or connect to a server that has one",
  ));
};

/** The class of an engine's databases, as far as it is used. */
type DatabaseClass = new (path: string) => SqliteDriver;

/** A name that bundlers for places without `node:` modules do not follow. */
const NODE_SQLITE = "node:sqlite";

/** In the order in which they are tried: the engine of Deno, Node and Bun, and one for older Nodes. */
const ENGINES: readonly (() => Promise<DatabaseClass>)[] = [
  async () => {
    const { DatabaseSync }: { readonly DatabaseSync: DatabaseClass } = await import(NODE_SQLITE);
    return DatabaseSync;
  },
  loadBetterSqlite<DatabaseClass>,
];
