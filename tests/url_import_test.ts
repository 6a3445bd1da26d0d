/** A script of a user's, far from this repository, that knows the package by its URL alone. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { help } from "../src/cli/help.ts";
import { freshDatabase, mongoTest } from "./mongo_server/needs_mongo.ts";
import { heldClaim } from "./cli/service.ts";
import { output, start } from "./process.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { freshCache, servedFiles } from "./url_import/served.ts";

const ROOT = new URL("..", import.meta.url);

/** Each store, with the permissions that it needs besides that of the import. */
const STORES = [
  { name: "memory", url: () => "memory:", permissions: [] },
  { name: "SQLite in memory", url: () => "sqlite::memory:", permissions: [] },
  {
    name: "an SQLite file",
    url: (file: string) => `sqlite:${file}`,
    permissions: ["read", "write"],
  },
];

for (const { name, url, permissions } of STORES) {
  Deno.test(`URL import: the main job runs on ${name} and asks for no more`, async () => {
    await using folder = await temporaryFolder();
    const file = `${folder.path}/store.db`;
    const given = permissions.map((it) => ({
      flag: `--allow-${it}=${file}`,
      asked: `${it} ${file}`,
    }));
    const { host, asked } = await runJob(folder.path, url(file), given.map(({ flag }) => flag));
    assertEquals(asked, new Set([`import ${host}`, ...given.map(({ asked }) => asked)]));
  });
}

mongoTest("URL import: the main job runs on MongoDB with what the README says", async () => {
  await using folder = await temporaryFolder();
  const uri = await freshDatabase("replica set");
  const flags = ["--allow-env", "--allow-sys=osRelease,uid", `--allow-net=${new URL(uri).host}`];
  await runJob(folder.path, uri, flags);
});

Deno.test("URL import: the service runs, and tells its users of the same URL", async () => {
  await using folder = await temporaryFolder();
  await using served = servedFiles();
  const { host } = served;
  const [, flags = ""] = /^Usage: deno run (.+) main\.ts/m.exec(help()) ?? [];
  const service = start({
    script: `http://${host}/main.ts`,
    flags: ["--no-config", "--no-lock", ...flags.split(" ")],
    args: ["--store", "memory:", "--port", "0"],
    cwd: folder.path,
    env: { DENO_DIR: await freshCache(folder.path) },
  });
  const met = new Set<string>();
  for await (const line of service.lines) {
    if (line.includes("import {")) {
      assertStringIncludes(line, `"http://${host}/mod.ts"`);
      met.add("import");
    }
    const [, address] = /^Serving .* at (http:\S+)$/.exec(line) ?? [];
    if (address !== undefined) {
      assertEquals(await heldClaim(address), []);
      met.add("claim");
    }
    if (line === "Ctrl+C stops it.") service.kill("SIGTERM");
  }
  assertEquals(met, new Set(["claim", "import"]));
  const { code, problems } = await service.end();
  assertEquals(code, 0, problems);
  for (const line of problems.trim().split("\n")) JSON.parse(line);
});

/** Runs the job as a user's script; answers with what it asked for. */
const runJob = async (
  folder: string,
  url: string,
  flags: readonly string[],
): Promise<{ readonly host: string; readonly asked: ReadonlySet<string> }> => {
  await using served = servedFiles();
  const { host } = served;
  const job = await Deno.readTextFile(new URL("tests/url_import/job.ts", ROOT));
  const script = `${folder}/job.ts`;
  await Deno.writeTextFile(script, job.replace("../../mod.ts", `http://${host}/mod.ts`));
  const audit = `${folder}/audit.jsonl`;
  const lines = await output({
    script,
    flags: ["--no-config", "--no-lock", `--allow-import=${host}`, ...flags],
    args: [url],
    cwd: folder,
    env: { DENO_DIR: await freshCache(folder), DENO_AUDIT_PERMISSIONS: audit },
  });
  assertEquals(lines.map((line) => JSON.parse(line)), [
    { claims: 20, succeeded: 20, tuned: 20, total_spans: 20, total_workers: 4 },
  ]);
  return { host, asked: await askedFor(audit) };
};

/** What the audit of a process says that it asked for. */
const askedFor = async (audit: string): Promise<ReadonlySet<string>> => {
  const lines = (await Deno.readTextFile(audit)).trim().split("\n");
  return new Set(lines.map((line) => {
    const { permission, value } = JSON.parse(line);
    return `${permission} ${value}`;
  }));
};
