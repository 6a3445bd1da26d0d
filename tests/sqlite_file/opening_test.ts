/** Opening an SQLite file: what cannot be opened is told in words, and nothing is thrown. */

import { DatabaseSync } from "node:sqlite";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { openStore, sqlite, type SqliteOptions } from "../../mod.ts";
import { fails } from "../../src/testing/failure.ts";
import { output, start } from "../process.ts";
import { temporaryFolder } from "../temporary_folder.ts";

/** Does what another program may have done to a file. */
const execute = (path: string, sql: string): void => {
  using database = new DatabaseSync(path);
  database.exec(sql);
};

/** Files that are none, and what SQLite says of each. */
const UNFIT = [
  {
    name: "a text file",
    words: "not a database",
    make: async (folder: string) => {
      await Deno.writeTextFile(`${folder}/notes.txt`, "Dear diary, today I was not a database.");
      return `${folder}/notes.txt`;
    },
  },
  { name: "a folder", words: "unable to open", make: (folder: string) => folder },
  {
    name: "a file in no folder",
    words: "unable to open",
    make: (folder: string) => `${folder}/missing/store.db`,
  },
  {
    name: "a file that is read-only",
    words: "readonly",
    make: async (folder: string) => {
      await (await openStore(`sqlite:${folder}/store.db`)).close();
      return `file:${folder}/store.db?mode=ro`;
    },
  },
];

for (const { name, words, make } of UNFIT) {
  Deno.test(`SQLite file: ${name} is refused by its path`, async () => {
    await using folder = await temporaryFolder();
    const path = await make(folder.path);
    await fails(openStore(`sqlite:${path}`), "Backend", path);
    await fails(openStore(`sqlite:${path}`), "Backend", words);
  });
}

Deno.test("SQLite file: one of a newer version is refused, and let go of as it was", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/store.db`;
  await (await openStore(`sqlite:${path}`)).close();
  execute(path, "INSERT INTO lightning_store (version) VALUES (99)");
  await fails(openStore(`sqlite:${path}`), "Backend", "version 99");
  await fails(openStore(`sqlite:${path}`), "Backend", path);
  // The last connection to a file takes the log with it.
  assertEquals(Array.from(Deno.readDirSync(folder.path), ({ name }) => name), ["store.db"]);
});

Deno.test("SQLite file: the database of another program is refused, and let go of as it was", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/other.db`;
  execute(path, "CREATE TABLE customer (name TEXT); INSERT INTO customer VALUES ('Ada')");
  const before = await Deno.readFile(path);
  await fails(openStore(`sqlite:${path}`), "Backend", `${path} is the database of another program`);
  await fails(openStore(`sqlite:${path}`), "Backend", "name another file");
  assertEquals(await Deno.readFile(path), before);
  assertEquals(Array.from(Deno.readDirSync(folder.path), ({ name }) => name), ["other.db"]);
});

Deno.test("SQLite file: tables of SQLite's own and of tools are not another program's", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/store.db`;
  execute(path, "CREATE TABLE _cf_KV (key TEXT); ANALYZE");
  const store = await openStore(`sqlite:${path}`);
  assertEquals(await store.dequeueRollout(), null);
  await store.close();
});

Deno.test("SQLite file: any name is a file's name", async () => {
  await using folder = await temporaryFolder();
  const name = "täglich 1:1 100%20?x=1#y.db";
  const store = await openStore(`sqlite:${folder.path}/${name}`);
  await store.close();
  assertEquals(Array.from(Deno.readDirSync(folder.path), (entry) => entry.name), [name]);
});

for (const missing of ["read", "write"]) {
  Deno.test(`SQLite file: without permission to ${missing} it is refused by its path`, async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/store.db`;
    const granted = ["read", "write"].filter((it) => it !== missing);
    const [told = ""] = await output({
      script: new URL("visit.ts", import.meta.url),
      flags: granted.map((it) => `--allow-${it}=${path}`),
      args: [path],
    });
    assertStringIncludes(told, "Backend: ");
    assertStringIncludes(told, path);
    assertStringIncludes(told, `--allow-${missing}`);
  });
}

Deno.test("SQLite file: where there is no engine, it says what to use instead", async () => {
  const [told = ""] = await output({
    script: new URL("visit.ts", import.meta.url),
    flags: [`--import-map=${new URL("no_engine.json", import.meta.url)}`],
    args: ["store.db"],
  });
  assertStringIncludes(told, "Unsupported: ");
  assertStringIncludes(told, "memory()");
});

/** Options that cannot be used; those that the types forbid may come from a config file. */
const UNUSABLE: readonly (readonly [argument: string, options: unknown])[] = [
  ["options", undefined],
  ["options", null],
  ["path", {}],
  ["path", { path: "" }],
  ["path", { path: "a\0b" }],
  ["path", { path: 1 }],
  ["path", { path: 1n }],
  ["driver", { driver: null }],
  ["driver", { driver: {} }],
  ["shared", { path: ":memory:", shared: "yes" }],
  ["path", { path: ":memory:", driver: new DatabaseSync(":memory:") }],
  ["durability", { path: ":memory:", durability: "eternal" }],
  ["busyTimeoutSeconds", { path: ":memory:", busyTimeoutSeconds: -1 }],
  ["busyTimeoutSeconds", { path: ":memory:", busyTimeoutSeconds: NaN }],
  ["busyTimeoutSeconds", { path: ":memory:", busyTimeoutSeconds: "5" }],
  ["busyTimeoutSeconds", { path: ":memory:", busyTimeoutSeconds: Infinity }],
  ["partition", { path: ":memory:", partition: 1 }],
  ["partition", { path: ":memory:", partition: "\ud800" }],
];

for (const [argument, options] of UNUSABLE) {
  Deno.test(`SQLite file: ${Deno.inspect(options)} is refused by the option's name`, async () => {
    // What comes from outside may be anything.
    const opened = await sqlite(options as SqliteOptions)();
    const refused = opened._tag === "Left" && opened.left._tag === "InvalidArgument";
    assertEquals(refused ? opened.left.argument : opened, argument);
  });
}

Deno.test("SQLite file: eight processes open a new file at the same moment", async () => {
  await using folder = await temporaryFolder();
  const [processes, files] = [8, 10];
  const visitors = Array.from({ length: processes }, () =>
    start({
      script: new URL("child.ts", import.meta.url),
      args: ["visit", folder.path, String(files)],
    }));
  for (let file = 0; file < files; file++) {
    const nextLines = () => Promise.all(visitors.map(({ lines }) => lines.next()));
    await nextLines();
    await Promise.all(visitors.map(({ go }) => go()));
    const told = (await nextLines()).map(({ value }) => value);
    assertEquals(told, visitors.map(() => "enqueued"));

    using database = new DatabaseSync(`${folder.path}/${file}.db`);
    assertEquals(database.prepare("SELECT version FROM lightning_store").all().length, 1);
    assertEquals(database.prepare("SELECT key FROM rollout").all().length, processes);
  }
  await Promise.all(visitors.map(({ end }) => end()));
});
