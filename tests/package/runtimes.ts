/** The main job in Node and Bun, on each store. */

import { assertEquals, assertRejects } from "@std/assert";
import { createStore, httpApp, memory } from "../../mod.ts";
import { contractCases } from "../../src/testing/mod.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import { run } from "../python_environment.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { assertDone } from "./scripts.ts";
import { betterSqlite, betterSqliteTest, mongodb, packageTest, program } from "./programs.ts";
import { project, withPackage } from "./project.ts";

const RUNTIMES = [
  { name: "the Node of this machine", runtime: () => Promise.resolve("node") },
  { name: "Node 22", runtime: () => program("node22") },
  { name: "Bun", runtime: () => program("bun") },
];

/** What `contract.ts` says when every case holds, on both of its stores. */
const CONTRACT_HELD = `${2 * contractCases.length} done`;

for (const { name, runtime } of RUNTIMES) {
  packageTest(`package: the main job runs in ${name} on memory`, async () => {
    assertDone(await job(await runtime(), "memory:"));
  });

  packageTest(`package: the main job runs in ${name} on a served store`, async () => {
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      httpApp(createStore(memory())),
    );
    assertDone(await job(await runtime(), `http://127.0.0.1:${server.addr.port}`));
  });
}

for (const { name, runtime } of RUNTIMES) {
  packageTest(`package: deadlines and signals end what a client asks in ${name}`, async () => {
    assertEquals(JSON.parse(await script("endings", await runtime(), [])), {
      deadline: "Backend",
      "deadline of a claim": "Backend",
      claim: "Aborted",
      wait: "Aborted",
    });
  });
}

for (const { name, runtime } of RUNTIMES.slice(1)) {
  packageTest(`package: the main job runs in ${name} on its own SQLite`, async () => {
    await using folder = await temporaryFolder();
    assertDone(await job(await runtime(), `sqlite:${folder.path}/store.db`));
  });

  packageTest(
    `package: the contract holds in ${name}, with its own SQLite and over HTTP`,
    async () => {
      await using folder = await temporaryFolder();
      assertEquals(await script("contract", await runtime(), [folder.path]), CONTRACT_HELD);
    },
  );
}

packageTest("package: where Node has no SQLite, it says what to install", async () => {
  await assertRejects(
    async () => await job("node", "sqlite::memory:", await withoutSqlite()),
    Error,
    "npm install better-sqlite3@",
  );
});

betterSqliteTest("package: where Node has no SQLite, better-sqlite3 does", async () => {
  await using folder = await temporaryFolder();
  await withPackage("better-sqlite3", await betterSqlite(), async () => {
    const flags = await withoutSqlite();
    assertDone(await job("node", `sqlite:${folder.path}/store.db`, flags));
    assertEquals(await script("contract", "node", [folder.path], flags), CONTRACT_HELD);
  });
});

packageTest("package: without the driver of MongoDB, it says what to install", async () => {
  await assertRejects(
    async () => await job("node", "mongodb://127.0.0.1:9/"),
    Error,
    "npm install mongodb@",
  );
});

mongoTest("package: the main job runs in Node on MongoDB, with its driver", async () => {
  const uri = await freshDatabase("replica set");
  await withPackage("mongodb", await mongodb(), async () => {
    assertDone(await job("node", uri));
  });
});

/** Runs a script of the project, and answers with what it says. */
const script = async (
  name: string,
  runtime: string,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<string> => await run(runtime, [...flags, `${await project()}/${name}.mjs`, ...args]);

/** Runs the job with a store. */
const job = (runtime: string, store: string, flags: readonly string[] = []): Promise<string> =>
  script("job", runtime, [store], flags);

/** The flags with which this machine's Node has no engine: Node 20 has none in any case. */
const withoutSqlite = async (): Promise<readonly string[]> => {
  const has = "process.allowedNodeEnvironmentFlags.has('--experimental-sqlite')";
  return await run("node", ["-p", has]) === "true" ? ["--no-experimental-sqlite"] : [];
};
