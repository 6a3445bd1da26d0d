/** The laws of the port, on every backend. */

import { DatabaseSync } from "node:sqlite";
import { type Backend, memory, sqlite, type SqliteDriver, type SqliteOptions } from "../mod.ts";
import { type BackendMaker, lawSuite } from "../src/testing/mod.ts";

const open = async (options: SqliteOptions): Promise<Backend> => {
  const opened = await sqlite(options)();
  if (opened._tag === "Left") throw new Error(opened.left.message);
  return opened.right;
};

/** An engine that is handed in, and that runs transactions in its own way. */
const ownDriver = (): SqliteDriver => {
  const db = new DatabaseSync(":memory:");
  return {
    exec: (sql) => db.exec(sql),
    prepare: (sql) => db.prepare(sql),
    close: () => db.close(),
    runInTransaction: (body) => {
      db.exec("SAVEPOINT own");
      try {
        const value = body();
        db.exec("RELEASE own");
        return value;
      } catch (cause) {
        db.exec("ROLLBACK TO own; RELEASE own");
        throw cause;
      }
    },
  };
};

const MAKERS: readonly BackendMaker[] = [
  { name: "memory", make: () => Promise.resolve(memory()) },
  { name: "sqlite", make: () => open({ path: ":memory:" }) },
  { name: "sqlite with a driver", make: () => open({ driver: ownDriver(), shared: false }) },
];

for (const maker of MAKERS) lawSuite(maker, (name, run) => Deno.test(name, run));
