/** The stores that the project can make, for the suites. */

import type { StoreMaker } from "../../src/testing/mod.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import type { Topology } from "../mongo_server/server.ts";
import type { Register } from "../needs.ts";
import { served } from "./served.ts";
import { makeStore } from "./stores.ts";

/** `HTTP_MONGO` lets the suite run over HTTP on MongoDB too, which takes minutes. */
const HTTP_MONGO = (Deno.env.get("HTTP_MONGO") ?? "") !== "";

const always: Register = (name, run) => Deno.test(name, run);

const memoryMaker: StoreMaker = {
  name: "memory",
  evicts: true,
  make: (options) => makeStore("memory:", options),
};

const sqliteMaker: StoreMaker = {
  name: "sqlite",
  evicts: false,
  make: (options) => makeStore("sqlite:", options),
};

const mongoMaker = (topology: Topology): StoreMaker => ({
  name: `mongo (${topology})`,
  evicts: false,
  make: async (options) => await makeStore(await freshDatabase(topology), options),
});

/** A client here, and a server in another process. */
const httpMaker = (engine: "memory" | "sqlite"): StoreMaker =>
  served(
    `http (${engine}, two processes)`,
    engine === "memory",
    () => Promise.resolve(`${engine}:`),
  );

const httpMongoMaker: StoreMaker = served(
  "http (mongo, two processes)",
  false,
  () => freshDatabase("replica set"),
);

/** One row for each store, and how its tests are registered. */
export const MAKERS: readonly { readonly maker: StoreMaker; readonly register: Register }[] = [
  { maker: memoryMaker, register: always },
  { maker: sqliteMaker, register: always },
  { maker: mongoMaker("replica set"), register: mongoTest },
  { maker: mongoMaker("standalone"), register: mongoTest },
  { maker: httpMaker("memory"), register: always },
  { maker: httpMaker("sqlite"), register: always },
  ...HTTP_MONGO ? [{ maker: httpMongoMaker, register: mongoTest }] : [],
];
