/** A MongoDB-compatible server for tests: started, killed and started again at will. */

import { MongoClient, type MongoClientOptions } from "mongodb";
import { setTimeout as delay } from "node:timers/promises";
import { type Engine, theEngine } from "./engine.ts";
import { type GuardedProcess, startGuarded } from "./guarded_process.ts";

/** What a server is to drivers. Only a replica set has transactions and retryable writes. */
export type Topology = "replica set" | "standalone";

/** A server that answers. */
export interface MongoServer extends AsyncDisposable {
  /** Its address, without a database and, unless it is given so, without options. */
  readonly uri: string;
  readonly kind: Engine["kind"];
  /** What it is; for a given one not always what was asked for. */
  readonly topology: Topology;
  /** SIGKILL; resolves when it is gone. Throws where the server is given. */
  readonly kill: () => Promise<void>;
  /** Starts a killed one again on its data and port; resolves when it answers. */
  readonly restart: () => Promise<void>;
  /** Ends it, its data included; a given one stays as it is. */
  readonly stop: () => Promise<void>;
}

/** How a server is started. */
export interface StartOptions {
  /**
   * Whether SecantusDB writes every commit to the disk at once. Default: no. It then keeps what a
   * write with `journal: true` has acknowledged, and nothing else: neither `w: "majority"` alone nor
   * a transaction's commit, both of which a replica set of `mongod` keeps.
   */
  readonly syncOnCommit?: boolean;
}

/** Starts a server, or takes the given one; resolves when it answers. */
export const startMongoServer = async (
  topology: Topology,
  options: StartOptions = {},
): Promise<MongoServer> => {
  const engine = await theEngine();
  return engine.kind === "given"
    ? await givenServer(engine.uri)
    : await ownServer(engine, topology, options);
};

const givenServer = async (uri: string): Promise<MongoServer> => {
  const hello = await ask(uri, {}, (client) => client.db("admin").command({ hello: 1 }));
  const refuse = () =>
    Promise.reject(new Error("a server that LIGHTNING_MONGO_URI gives is not for killing"));
  const stop = () => Promise.resolve();
  return {
    uri,
    kind: "given",
    // A router of shards has the transactions and retryable writes of its replica sets.
    topology: "setName" in hello || hello.msg === "isdbgrid" ? "replica set" : "standalone",
    kill: refuse,
    restart: refuse,
    stop,
    [Symbol.asyncDispose]: stop,
  };
};

const ownServer = async (
  engine: Exclude<Engine, { kind: "given" }>,
  topology: Topology,
  options: StartOptions,
): Promise<MongoServer> => {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "lightning-mongo-" }));
  const port = freePort();
  const uri = `mongodb://127.0.0.1:${port}/`;
  const data = `${folder}/data`;
  await Deno.mkdir(data);
  const { program, args } = commandLine(engine, topology, options, port, data);
  const start = () => startGuarded(folder, program, args);

  let process = start();
  const stop = async () => {
    await process.kill();
    await Deno.remove(folder, { recursive: true }).catch((error) => {
      // It has been stopped before.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  };
  try {
    await listening(process, port);
    if (engine.kind === "mongod" && topology === "replica set") await initiate(uri, port);
    await writable(uri);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    uri,
    kind: engine.kind,
    topology,
    kill: () => process.kill(),
    restart: async () => {
      await process.kill();
      process = start();
      await listening(process, port);
      await writable(uri);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
};

const REPLICA_SET = "lightning";

const commandLine = (
  engine: Exclude<Engine, { kind: "given" }>,
  topology: Topology,
  { syncOnCommit = false }: StartOptions,
  port: number,
  data: string,
): { readonly program: string; readonly args: readonly string[] } => {
  switch (engine.kind) {
    case "mongod":
      return {
        program: "mongod",
        args: [
          ...["--port", String(port), "--bind_ip", "127.0.0.1", "--dbpath", data],
          ...["--setParameter", "enableTestCommands=1"],
          ...topology === "replica set" ? ["--replSet", REPLICA_SET] : [],
        ],
      };
    case "SecantusDB":
      return {
        program: engine.python,
        args: [
          ...["-m", "secantus", "--port", String(port), "--storage-path", data],
          ...["--enable-test-commands", "--log-level", "WARNING"],
          ...topology === "standalone" ? ["--standalone"] : [],
          ...syncOnCommit ? ["--sync-on-commit"] : [],
        ],
      };
  }
};

const freePort = (): number => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
};

/** How long a server may take to start; a busy machine is slow. */
const PATIENCE_MS = 60_000;

/**
 * Waits until the port takes connections: a driver's client whose first connection is refused is of
 * no use afterwards.
 */
const listening = async (process: GuardedProcess, port: number): Promise<void> => {
  const deadline = Date.now() + PATIENCE_MS;
  let ended = false;
  process.ended.then(() => ended = true);
  while (true) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      if (ended) throw new Error(`the server has ended: ${await process.said()}`);
      if (Date.now() > deadline) {
        throw new Error(`the server does not listen: ${await process.said()}`);
      }
      await pause();
    }
  }
};

/** Makes a replica set of the one server. */
const initiate = (uri: string, port: number): Promise<unknown> =>
  ask(uri, { directConnection: true }, (client) =>
    client.db("admin").command({
      replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host: `127.0.0.1:${port}` }] },
    }));

/** Waits until the server takes writes: as a standalone at once, as a replica set when it is primary. */
const writable = (uri: string): Promise<void> =>
  ask(uri, { directConnection: true }, async (client) => {
    const deadline = Date.now() + PATIENCE_MS;
    while ((await client.db("admin").command({ hello: 1 })).isWritablePrimary !== true) {
      if (Date.now() > deadline) throw new Error("the server does not become primary");
      await pause();
    }
  });

/** Asks what the address names, or with `directConnection` that one server even if it is no primary. */
const ask = async <A>(
  uri: string,
  options: MongoClientOptions,
  question: (client: MongoClient) => Promise<A>,
): Promise<A> => {
  const client = new MongoClient(uri, { ...options, serverSelectionTimeoutMS: 10_000 });
  try {
    return await question(client);
  } finally {
    await client.close();
  }
};

const pause = () => delay(20);
