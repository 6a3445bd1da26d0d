/** The rules of the architecture: who may import whom, and where the code can run. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { MONGO_VERSION } from "../src/deps/mongo.ts";
import workerd from "./edge/workerd/deno.json" with { type: "json" };
import { type Module, moduleGraph } from "./module_graph.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const ROOT = new URL("..", import.meta.url);

/** The port and what lies below it. */
const PORT = ["src/backend.ts", "src/core", "src/model", "src/deps"];

const BACKENDS = ["src/backends/memory", "src/backends/mongo", "src/backends/sqlite"];

/**
 * The rooms, and what each may import besides itself. A file is in the room with the longest name
 * that its path starts with. A new backend is one more row, and a word in those of its openers.
 */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  "src/deps": [],
  "src/deps/assert.ts": [],
  "src/model": ["src/deps"],
  "src/core": ["src/model", "src/deps"],
  "src/backend.ts": ["src/core", "src/model", "src/deps"],
  "src/backends/memory": PORT,
  "src/backends/mongo": PORT,
  "src/backends/sqlite": PORT,
  "src/store": PORT,
  "src/store/open.ts": ["src/store", "src/client", ...BACKENDS, ...PORT],
  "src/wire": ["src/store", ...PORT],
  "src/http": ["src/wire", "src/store", ...PORT],
  "src/client": ["src/wire", "src/store", ...PORT],
  "src/cli": ["src/store", "src/store/open.ts", "src/http", ...PORT],
  "src/durable_object": ["src/store", "src/http", "src/backends/sqlite", ...PORT],
  "src/display": ["src/store", "src/core", "src/model", "src/deps"],
  "src/testing": ["src/store", "src/deps/assert.ts", ...PORT],
  "main.ts": ["src/cli"],
  "mod.ts": [
    "src/store/open.ts",
    "src/store",
    ...BACKENDS,
    "src/http",
    "src/client",
    ...PORT,
  ],
};

/** The longest name comes first. */
const BY_LENGTH = Object.keys(ROOMS).toSorted((a, b) => b.length - a.length);

const roomOf = (path: string): string =>
  BY_LENGTH.find((room) => path === room || path.startsWith(`${room}/`)) ?? `no room: ${path}`;

Deno.test("architecture: each room imports only what it may", async () => {
  const astray = (await ownModules()).flatMap(({ path, imports }) => {
    const room = roomOf(path);
    const open = [room, ...ROOMS[room] ?? []];
    return imports
      .flatMap(({ specifier }) => pathOf(specifier) ?? [])
      .filter((target) => !open.includes(roomOf(target)))
      .map((target) => `${path} imports ${target}`);
  });
  assertEquals(astray, []);
});

Deno.test("architecture: each file is in a room, and each room has a file", async () => {
  const rooms = (await ownModules()).map(({ path }) => roomOf(path));
  assertEquals(new Set(rooms), new Set(Object.keys(ROOMS)));
});

Deno.test("architecture: each source file is part of an export", async () => {
  const paths = (await ownModules()).map(({ path }) => path);
  assertEquals(paths.filter((path) => path.startsWith("src/")).toSorted(), sources().toSorted());
});

Deno.test("architecture: only src/deps names packages, and each by one exact version", async () => {
  const foreign = (await ownModules()).flatMap(({ path, imports }) =>
    imports
      .filter(({ specifier }) => pathOf(specifier) === null && !specifier.startsWith("node:"))
      .map(({ written }) => ({ room: path.split("/").slice(0, 2).join("/"), written }))
  );
  assertEquals(new Set(foreign.map(({ room }) => room)), new Set(["src/deps"]));

  const mapped = [config, workerd].flatMap(({ imports }) => Object.values(imports));
  const versions = new Map<string, Set<string>>();
  for (const specifier of [...foreign.map((it) => it.written), ...mapped]) {
    const { name = specifier, version = "none" } = PACKAGE.exec(specifier)?.groups ?? {};
    versions.set(name, (versions.get(name) ?? new Set()).add(version));
  }
  const inexact = [...versions].filter(([, set]) => set.size > 1 || set.has("none"));
  assertEquals(inexact, []);
});

/** A specifier of a package with its exact version. */
const PACKAGE = /^npm:(?<name>@?[^@]+)@(?<version>\d+\.\d+\.\d+)(\/|$)/;

Deno.test("architecture: mod.ts loads no driver and no module of Node", async () => {
  const modules = await moduleGraph(new URL("mod.ts", ROOT));
  const loaded = modules.flatMap(({ imports }) =>
    imports.filter(({ isOfTypes }) => !isOfTypes).map(({ specifier }) => specifier)
  );
  assertNotEquals(loaded, []);
  assertEquals(loaded.filter((it) => it.startsWith("node:") || it.includes("mongodb")), []);
});

Deno.test("architecture: the driver that is loaded is the one whose types are used", async () => {
  const modules = await moduleGraph(new URL("src/deps/mongo.ts", ROOT));
  const named = modules
    .flatMap(({ imports }) => imports.map(({ written }) => written))
    .filter((written) => written.startsWith("npm:"));
  assertEquals(new Set(named), new Set([`npm:mongodb@${MONGO_VERSION}`, config.imports.mongodb]));
});

/** What a Web platform has that is as old as Node 20, whose last language is that of 2023. */
const WEB = ["es2023", "es2024.string", "esnext.disposable", "dom", "dom.iterable"];

Deno.test("architecture: all of src but the command line stands on the Web platform alone", async () => {
  await using folder = await temporaryFolder();
  const webOnly = `${folder.path}/deno.json`;
  const compilerOptions = { ...config.compilerOptions, lib: WEB };
  await Deno.writeTextFile(webOnly, JSON.stringify({ compilerOptions }));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", "--no-lock", "--config", webOnly, ...portable()],
    cwd: ROOT,
  }).output();
  assert(success, new TextDecoder().decode(stderr));
});

Deno.test("architecture: only a backend and the command line name a module of Node", () => {
  const naming = portable().filter((path) =>
    /["'`]node:/.test(Deno.readTextFileSync(new URL(path, ROOT)))
  );
  assertEquals(naming, ["src/backends/sqlite/engines.ts"]);
});

/** The sources of what runs on any platform. */
const portable = (): readonly string[] => sources().filter((path) => !path.startsWith("src/cli/"));

interface OwnModule extends Pick<Module, "imports"> {
  readonly path: string;
}

/** The modules of this package that its exports reach. */
const ownModules = async (): Promise<readonly OwnModule[]> => {
  const found = new Map<string, OwnModule>();
  for (const entry of Object.values(config.exports)) {
    for (const { specifier, imports } of await moduleGraph(new URL(entry, ROOT))) {
      const path = pathOf(specifier);
      if (path !== null) found.set(path, { path, imports });
    }
  }
  return [...found.values()];
};

/** The path of a module of this package; null for another one's. */
const pathOf = (specifier: string): string | null =>
  specifier.startsWith(ROOT.href) ? specifier.slice(ROOT.href.length) : null;

const sources = (folder = "src"): readonly string[] =>
  [...Deno.readDirSync(new URL(folder, ROOT))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? sources(path) : path.endsWith(".ts") ? [path] : [];
  });
