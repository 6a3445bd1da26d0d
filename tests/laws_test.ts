/** The laws of the port, on every backend. */

import { DatabaseSync } from "node:sqlite";
import {
  type Backend,
  memory,
  mongo,
  sqlite,
  type SqliteDriver,
  type SqliteOptions,
} from "../mod.ts";
import { type BackendMaker, lawSuite } from "../src/testing/mod.ts";
import { freshDatabase, mongoTest } from "./mongo_server/needs_mongo.ts";
import type { Topology } from "./mongo_server/server.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const open = async (options: SqliteOptions): Promise<Backend> => {
  const opened = await sqlite(options)();
  if (opened._tag === "Left") throw new Error(opened.left.message);
  return opened.right;
};

/** A driver with what the backend asks for and nothing else, whichever engine is under it. */
const bareDriver = (path: string): SqliteDriver => {
  const db = new DatabaseSync(path);
  return {
    exec: (sql) => db.exec(sql),
    prepare: (sql) => {
      const statement = db.prepare(sql);
      return {
        run: (...values) => statement.run(...values),
        get: (...values) => statement.get(...values) ?? null,
        all: (...values) => statement.all(...values),
      };
    },
    close: () => db.close(),
  };
};

/** A driver on which nobody else may begin a transaction, as on a Durable Object's storage. */
const transactingDriver = (path: string): SqliteDriver => {
  const bare = bareDriver(path);
  const refusing = (sql: string): string => {
    if (/^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT)\b/i.test(sql)) throw new Error(`refused: ${sql}`);
    return sql;
  };
  return {
    exec: (sql) => bare.exec(refusing(sql)),
    prepare: (sql) => bare.prepare(refusing(sql)),
    close: bare.close,
    runInTransaction: (body) => {
      bare.exec("BEGIN IMMEDIATE");
      try {
        const value = body();
        bare.exec("COMMIT");
        return value;
      } catch (cause) {
        bare.exec("ROLLBACK");
        throw cause;
      }
    },
  };
};

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let files = 0;

Deno.test.beforeEach(async () => {
  folder = await temporaryFolder();
});

Deno.test.afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

/** Two on the same new file. */
const onFile = async (optionsOf: (path: string) => SqliteOptions) => {
  const path = `${folder.path}/${files++}.db`;
  return { backend: await open(optionsOf(path)), beside: () => open(optionsOf(path)) };
};

const MAKERS: readonly BackendMaker[] = [
  { name: "memory", make: () => Promise.resolve({ backend: memory() }) },
  { name: "sqlite", make: () => onFile((path) => ({ path })) },
  { name: "sqlite in memory", make: async () => ({ backend: await open({ path: ":memory:" }) }) },
  {
    name: "sqlite with a driver",
    make: () => onFile((path) => ({ driver: bareDriver(path) })),
  },
  {
    name: "sqlite with a driver that runs transactions",
    make: () => onFile((path) => ({ driver: transactingDriver(path) })),
  },
];

for (const maker of MAKERS) lawSuite(maker, (name, run) => Deno.test(name, run));

const onMongo = (topology: Topology): BackendMaker => ({
  name: `mongo (${topology})`,
  make: async () => {
    const uri = await freshDatabase(topology);
    const connect = async () => {
      const opened = await mongo({ uri, partition: "laws" })();
      if (opened._tag === "Left") throw new Error(opened.left.message);
      return opened.right;
    };
    return { backend: await connect(), beside: connect };
  },
});

lawSuite(onMongo("replica set"), mongoTest);
lawSuite(onMongo("standalone"), mongoTest);
