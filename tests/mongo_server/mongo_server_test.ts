/** The servers of the tests, and the bad network before them. */

import { assertEquals, assertRejects } from "@std/assert";
import { MongoClient, type MongoClientOptions } from "mongodb";
import { eventually } from "../eventually.ts";
import { start } from "../process.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { type CuttingProxy, cuttingProxy } from "./cutting_proxy.ts";
import { freshDatabase, mongoTest, sharedServer, withDatabase } from "./needs_mongo.ts";
import { startMongoServer, type Topology } from "./server.ts";

const TOPOLOGIES: readonly Topology[] = ["replica set", "standalone"];

interface Row {
  readonly _id: number;
}

/** What a server that is killed at once keeps. */
const DURABLE = { writeConcern: { w: "majority", journal: true } } as const;

/** A client's view of one collection. */
const rowsOf = (client: MongoClient) => client.db().collection<Row>("rows");

/** A client of a new database behind a proxy. */
const clientBehind = async (
  proxy: CuttingProxy,
  topology: Topology,
  options: MongoClientOptions = {},
) => {
  const { pathname } = new URL(await freshDatabase(topology));
  const uri = withDatabase(proxy.uri, pathname.slice(1));
  return new MongoClient(uri, { serverSelectionTimeoutMS: 10_000, ...options });
};

for (const topology of TOPOLOGIES) {
  mongoTest(`${topology}: a client finds the server and what it is`, async () => {
    const server = await sharedServer(topology);
    await using client = new MongoClient(await freshDatabase(topology));
    const hello = await client.db().command({ hello: 1 });
    assertEquals(hello.isWritablePrimary, true);
    assertEquals("setName" in hello, server.topology === "replica set");
  });

  mongoTest(`${topology}: uses of the server do not meet`, async () => {
    await using a = new MongoClient(await freshDatabase(topology));
    await using b = new MongoClient(await freshDatabase(topology));
    await rowsOf(a).insertOne({ _id: 1 });
    assertEquals(await rowsOf(a).countDocuments(), 1);
    assertEquals(await rowsOf(b).countDocuments(), 0);
  });

  mongoTest(`${topology}: killed and started again, it has its data on the same port`, async () => {
    await using server = await startMongoServer(topology);
    if (server.kind === "given") return;
    const uri = withDatabase(server.uri, "test");
    const rows = Array.from({ length: 100 }, (_, _id) => ({ _id }));
    {
      await using client = new MongoClient(uri);
      await rowsOf(client).insertMany(rows, DURABLE);
      await server.kill();
    }
    await using away = new MongoClient(uri, { serverSelectionTimeoutMS: 100 });
    await assertRejects(() => rowsOf(away).countDocuments());
    await server.restart();
    await using client = new MongoClient(uri);
    assertEquals(await rowsOf(client).find().sort({ _id: 1 }).toArray(), rows);
  });

  mongoTest(`${topology}: a client that knows the server outlives its restart`, async () => {
    await using server = await startMongoServer(topology);
    if (server.kind === "given") return;
    await using client = new MongoClient(withDatabase(server.uri, "test"));
    await rowsOf(client).insertOne({ _id: 1 }, DURABLE);
    await server.kill();
    await server.restart();
    await rowsOf(client).insertOne({ _id: 2 }, DURABLE);
    assertEquals(await rowsOf(client).countDocuments(), 2);
  });

  mongoTest(`${topology}: a write whose answer is cut has happened`, async () => {
    await using proxy = cuttingProxy(await sharedServer(topology));
    await using client = await clientBehind(proxy, topology, { retryWrites: false });
    proxy.cut({ commands: ["insert"], when: "after", times: 1 });
    await assertRejects(() => rowsOf(client).insertOne({ _id: 1 }));
    assertEquals(proxy.cuts(), 1);
    assertEquals(await rowsOf(client).countDocuments(), 1);
    await rowsOf(client).insertOne({ _id: 2 });
    assertEquals(await rowsOf(client).countDocuments(), 2);
  });

  mongoTest(`${topology}: a write that is cut before the server has not happened`, async () => {
    await using proxy = cuttingProxy(await sharedServer(topology));
    await using client = await clientBehind(proxy, topology, { retryWrites: false });
    proxy.cut({ commands: ["insert"], when: "before", times: 1 });
    await assertRejects(() => rowsOf(client).insertOne({ _id: 1 }));
    assertEquals(proxy.cuts(), 1);
    assertEquals(await rowsOf(client).countDocuments(), 0);
  });

  mongoTest(`${topology}: plans leave other commands alone, and end when healed`, async () => {
    await using proxy = cuttingProxy(await sharedServer(topology));
    await using client = await clientBehind(proxy, topology, { retryWrites: false });
    proxy.cut({ commands: ["insert", "findAndModify"], when: "before" });
    await rowsOf(client).updateOne({ _id: 1 }, { $set: { n: 1 } }, { upsert: true });
    await assertRejects(() => rowsOf(client).insertOne({ _id: 2 }));
    await assertRejects(() => rowsOf(client).findOneAndDelete({ _id: 1 }));
    assertEquals(await rowsOf(client).countDocuments(), 1);
    proxy.heal();
    await rowsOf(client).insertOne({ _id: 2 });
    assertEquals([proxy.cuts(), await rowsOf(client).countDocuments()], [2, 2]);
  });

  mongoTest(`${topology}: each n-th message can be cut`, async () => {
    await using proxy = cuttingProxy(await sharedServer(topology));
    await using client = await clientBehind(proxy, topology, { retryWrites: false });
    proxy.cut({ commands: ["insert"], when: "after", every: 3, times: 2 });
    const failed: number[] = [];
    for (let _id = 1; _id <= 10; _id++) {
      await rowsOf(client).insertOne({ _id }).catch(() => failed.push(_id));
    }
    assertEquals(failed, [3, 6]);
    assertEquals(await rowsOf(client).countDocuments(), 10);
  });

  mongoTest(`${topology}: answers can be late`, async () => {
    await using proxy = cuttingProxy(await sharedServer(topology));
    await using client = await clientBehind(proxy, topology);
    proxy.delay({ commands: ["insert"], when: "after", times: 1 }, 300);
    const answered = rowsOf(client).insertOne({ _id: 1 }).then(() => "answered");
    const seen = async () => {
      while (await rowsOf(client).countDocuments() === 0);
      return "seen";
    };
    assertEquals(await Promise.race([answered, seen()]), "seen");
    assertEquals(await answered, "answered");
  });

  mongoTest(`${topology}: messages of any size go through`, async () => {
    await using proxy = cuttingProxy(await sharedServer(topology));
    await using client = await clientBehind(proxy, topology);
    const documents = client.db().collection<Row & { readonly text: string }>("rows");
    const many = Array.from({ length: 8 }, (_, _id) => ({ _id, text: "x".repeat(500_000) }));
    await documents.insertMany(many);
    assertEquals(await documents.find().sort({ _id: 1 }).toArray(), many);
  });
}

mongoTest("every commit can be durable: transactions survive SIGKILL", async () => {
  await using server = await startMongoServer("replica set", { syncOnCommit: true });
  if (server.kind === "given") return;
  await using client = new MongoClient(withDatabase(server.uri, "test"), DURABLE);
  await rowsOf(client).insertOne({ _id: 0 });
  for (let _id = 1; _id <= 20; _id++) {
    await client.withSession((session) =>
      session.withTransaction(() => rowsOf(client).insertOne({ _id }, { session }))
    );
  }
  await server.kill();
  await server.restart();
  assertEquals(await rowsOf(client).countDocuments(), 21);
});

mongoTest("a driver that retries its writes does not see that their answers are cut", async () => {
  const server = await sharedServer("replica set");
  if (server.topology !== "replica set") return;
  await using proxy = cuttingProxy(server);
  await using client = await clientBehind(proxy, "replica set", { retryWrites: true });
  proxy.cut({ commands: ["insert", "update"], when: "after", every: 2 });
  const rows = client.db().collection<Row & { readonly n: number }>("rows");
  for (let _id = 0; _id < 3; _id++) {
    await rows.insertOne({ _id, n: 0 });
    await rows.updateOne({ _id }, { $inc: { n: 1 } });
  }
  assertEquals(await rows.find().map(({ n }) => n).toArray(), [1, 1, 1]);
  assertEquals(proxy.cuts() > 0, true);
});

mongoTest("a test process that is killed leaves no server and no data behind", async () => {
  await using folder = await temporaryFolder();
  const process = start({
    script: new URL("left_behind.ts", import.meta.url),
    env: { TMPDIR: folder.path },
  });
  const port = Number((await process.lines.next()).value);
  process.kill();
  await process.end();
  if (Number.isNaN(port)) return;
  // The guard is another process; nobody can wait for it but so.
  await eventually(async () =>
    !await listens(port) && (await Array.fromAsync(Deno.readDir(folder.path))).length === 0
  );
});

const listens = (port: number): Promise<boolean> =>
  Deno.connect({ hostname: "127.0.0.1", port }).then((connection) => {
    connection.close();
    return true;
  }, () => false);
