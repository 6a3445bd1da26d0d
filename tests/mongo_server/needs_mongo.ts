/**
 * Tests that need a MongoDB server: registered where there is one, ignored with a loud reason where
 * there is none. With `CI` set they fail there instead.
 */

import { MongoClient } from "mongodb";
import { noServer } from "./engine.ts";
import { type MongoServer, startMongoServer, type Topology } from "./server.ts";

/**
 * Each test file is a module context of its own; the environment is what they share. The reason goes
 * there, so that one file of a run looks and tells, and the others know.
 */
const KNOWN_REASON = "LIGHTNING_NO_MONGO";

const reason = Deno.env.get(KNOWN_REASON) ?? await noServer();

if (reason !== null && Deno.env.get(KNOWN_REASON) === undefined) {
  Deno.env.set(KNOWN_REASON, reason);
  const line = "!".repeat(100);
  console.warn(`${line}\nTESTS OF THE MONGODB BACKEND DO NOT RUN.\n${reason}\n${line}`);
}

/** Whether a missing server is a failure. */
const REQUIRED = (Deno.env.get("CI") ?? "") !== "";

/** Registers a test that needs a server. */
export const mongoTest = (
  name: string,
  run: (t: Deno.TestContext) => void | Promise<void>,
): void => {
  if (reason !== null && REQUIRED) Deno.test(name, () => Promise.reject(new Error(reason)));
  else Deno.test({ name, ignore: reason !== null, fn: run });
};

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
