/** Tests that need a MongoDB server, and the servers that they share. */

import { MongoClient } from "mongodb";
import { needing, type Register } from "../needs.ts";
import { noServer } from "./engine.ts";
import { type MongoServer, startMongoServer, type Topology } from "./server.ts";

/** Registers a test that needs a server. */
export const mongoTest: Register = await needing({
  tests: "THE MONGODB BACKEND",
  known: "LIGHTNING_NO_MONGO",
  missing: noServer,
});

const servers = new Map<Topology, Promise<MongoServer>>();

const databases: { readonly name: string; readonly server: MongoServer }[] = [];

/**
 * The server that the tests of a file share; it starts at its first use and stops after the last
 * test. Whoever kills it starts it again.
 */
export const sharedServer = (topology: Topology): Promise<MongoServer> => {
  const server = servers.get(topology) ?? startMongoServer(topology);
  servers.set(topology, server);
  return server;
};

/** The address of a new database on the shared server, so that tests do not meet. */
export const freshDatabase = async (topology: Topology): Promise<string> => {
  const server = await sharedServer(topology);
  const name = `lightning_test_${crypto.randomUUID().replaceAll("-", "")}`;
  databases.push({ name, server });
  return withDatabase(server.uri, name);
};

/** An address with another database; where it may have named several hosts, it still does. */
export const withDatabase = (uri: string, database: string): string => {
  const [, hosts, options = ""] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(uri) ??
    [];
  if (hosts === undefined) throw new Error(`not an address of a MongoDB server: ${uri}`);
  return `${hosts}/${database}${options}`;
};

Deno.test.afterAll(async () => {
  for (const { name, server } of databases) {
    if (server.kind !== "given") continue;
    await using client = new MongoClient(server.uri);
    await client.db(name).dropDatabase();
  }
  for (const server of await Promise.allSettled(servers.values())) {
    if (server.status === "fulfilled") await server.value.stop();
  }
});
