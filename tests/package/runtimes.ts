/** The main job in Node and Bun, on each store. */

import { assertRejects } from "@std/assert";
import { createStore, httpApp, memory } from "../../mod.ts";
import { run } from "../python_environment.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { assertDone } from "./job.ts";
import { betterSqlite, betterSqliteTest, packageTest, program } from "./programs.ts";
import { project, withPackage } from "./project.ts";

const RUNTIMES = [
  { name: "the Node of this machine", runtime: () => Promise.resolve("node") },
  { name: "Node 22", runtime: () => program("node22") },
  { name: "Bun", runtime: () => program("bun") },
];

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

for (const { name, runtime } of RUNTIMES.slice(1)) {
  packageTest(`package: the main job runs in ${name} on its own SQLite`, async () => {
    await using folder = await temporaryFolder();
    assertDone(await job(await runtime(), `sqlite:${folder.path}/store.db`));
  });
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
    assertDone(await job("node", `sqlite:${folder.path}/store.db`, await withoutSqlite()));
  });
});

packageTest("package: without the driver of MongoDB, it says what to install", async () => {
  await assertRejects(
    async () => await job("node", "mongodb://127.0.0.1:9/"),
    Error,
    "npm install mongodb@",
  );
});

/** Runs the job with a store, and answers with what it says. */
const job = async (runtime: string, store: string, flags: readonly string[] = []) =>
  await run(runtime, [...flags, `${await project()}/job.mjs`, store]);

/** The flags with which this machine's Node has no engine: Node 20 has none in any case. */
const withoutSqlite = async (): Promise<readonly string[]> => {
  const has = "process.allowedNodeEnvironmentFlags.has('--experimental-sqlite')";
  return await run("node", ["-p", has]) === "true" ? ["--no-experimental-sqlite"] : [];
};
