/** How the MongoDB backend is opened, and what it refuses. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { MongoClient } from "mongodb";
import { createStore, mongo, type MongoOptions, openStore, promises } from "../../mod.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";

/** Options that are wrong in one place each, and the argument that the refusal names. */
const WRONG: readonly { readonly argument: string; readonly options: unknown }[] = [
  { argument: "options", options: null },
  { argument: "uri", options: {} },
  { argument: "uri", options: { uri: "http://127.0.0.1/" } },
  { argument: "uri", options: { uri: "mongodb://" } },
  { argument: "uri", options: { uri: "mongodb://h/", client: new MongoClient("mongodb://h/") } },
  { argument: "client", options: { client: {} } },
  { argument: "database", options: { uri: "mongodb://h/", database: "a.b" } },
  { argument: "database", options: { uri: "mongodb://h/", database: "" } },
  { argument: "partition", options: { uri: "mongodb://h/", partition: "" } },
  { argument: "partition", options: { uri: "mongodb://h/", partition: 1 } },
  { argument: "driver", options: { uri: "mongodb://h/", driver: 1 } },
  { argument: "warn", options: { uri: "mongodb://h/", warn: "loudly" } },
];

for (const { argument, options } of WRONG) {
  Deno.test(`mongo: options are refused for ${argument}: ${Deno.inspect(Object.keys(Object(options)))}`, async () => {
    // What callers without types may do.
    const opened = await mongo(options as MongoOptions)();
    const refusal = opened._tag === "Left" ? opened.left : null;
    assertEquals(refusal?._tag === "InvalidArgument" && refusal.argument, argument);
  });
}

Deno.test("mongo: an address that the driver cannot read is a Backend error without its password", async () => {
  const opened = await mongo({ uri: "mongodb://user:secret@h:port/", partition: "p" })();
  if (opened._tag === "Right") throw new Error("it was not refused");
  assertEquals(opened.left._tag, "Backend");
  assertStringIncludes(opened.left.message, "mongodb://***@h:port/");
  assertEquals(opened.left.message.includes("secret"), false);
});

mongoTest("mongo: a store without a partition gets one of its own, and a warning", async () => {
  const uri = await freshDatabase("replica set");
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  const [one, other] = await Promise.all([
    openStore(uri, { mongo: { warn } }),
    openStore(uri, { mongo: { warn } }),
  ]);
  await one.enqueueRollout({ input: 1 });
  assertEquals((await other.queryRollouts()).total, 0);
  assertEquals(warnings.length, 2);
  for (const warning of warnings) assert(/pt-[0-9a-f]{12}/.test(warning), warning);
  await Promise.all([one.close(), other.close()]);
});

mongoTest("mongo: a store that is opened again has what it had, and queues behind it", async () => {
  const uri = await freshDatabase("standalone");
  const open = () => openStore(uri, { mongo: { partition: "p" } });
  const one = await open();
  const first = await one.enqueueRollout({ input: 1 });
  await one.close();
  const other = await open();
  const second = await other.enqueueRollout({ input: 2 });
  const claimed = await other.dequeueManyRollouts({ limit: 3 });
  assertEquals(claimed.map((it) => it.rollout_id), [first.rollout_id, second.rollout_id]);
  await other.close();
});

mongoTest(
  "mongo: the database is the one of the options, of the address, or lightning",
  async () => {
    const uri = await freshDatabase("standalone");
    const [, base = "", named = ""] = /^(.*\/)([^/?]+)/.exec(uri) ?? [];
    const client = new MongoClient(base);
    const namesAfter = async (options: MongoOptions) => {
      const opened = await mongo({ partition: "p", ...options })();
      if (opened._tag === "Left") throw new Error(opened.left.message);
      await opened.right.close();
      const { databases } = await client.db().admin().listDatabases();
      return databases.map(({ name }) => name);
    };
    assert((await namesAfter({ uri })).includes(named));
    assert((await namesAfter({ uri, database: `${named}_b` })).includes(`${named}_b`));
    assert((await namesAfter({ uri: base })).includes("lightning"));
    await client.close();
  },
);

mongoTest("mongo: a client that was handed in stays open, and serves several stores", async () => {
  const client = new MongoClient(await freshDatabase("replica set"));
  const open = async (partition: string) => {
    const opened = await mongo({ client, partition })();
    if (opened._tag === "Left") throw new Error(opened.left.message);
    return promises(createStore(opened.right));
  };
  const [one, other] = await Promise.all([open("a/b"), open("a")]);
  await one.enqueueRollout({ input: 1 });
  await one.close();
  assertEquals((await other.queryRollouts()).total, 0);
  assertEquals((await client.db().command({ ping: 1 })).ok, 1);
  await other.close();
  await client.close();
});
