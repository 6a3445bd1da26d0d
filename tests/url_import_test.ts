/** A script of a user's, far from this repository, that knows the package by its URL alone. */

import { assertEquals } from "@std/assert";
import { output } from "./process.ts";

const ROOT = new URL("..", import.meta.url);

/** Each store, with the permissions that it needs besides that of the import. */
const STORES = [
  { name: "memory", url: () => "memory:", permissions: [] },
  { name: "SQLite in memory", url: () => "sqlite::memory:", permissions: [] },
  {
    name: "an SQLite file",
    url: (folder: string) => `sqlite:${folder}/store.db`,
    permissions: ["read", "write"],
  },
];

for (const { name, url, permissions } of STORES) {
  Deno.test(`URL import: the main job runs on ${name} and asks for no more`, async () => {
    const folder = await Deno.realPath(await Deno.makeTempDir());
    await using server = Deno.serve(ANY_PORT, serveFile);
    const host = `${server.addr.hostname}:${server.addr.port}`;
    try {
      const job = await Deno.readTextFile(new URL("tests/url_import/job.ts", ROOT));
      await Deno.writeTextFile(
        `${folder}/job.ts`,
        job.replace('"../../mod.ts"', `"http://${host}/mod.ts"`),
      );
      const file = `${folder}/store.db`;
      const lines = await output({
        script: `${folder}/job.ts`,
        flags: [
          "--no-config",
          "--no-lock",
          `--allow-import=${host}`,
          ...permissions.map((it) => `--allow-${it}=${file}`),
        ],
        args: [url(folder)],
        cwd: folder,
        env: { DENO_DIR: await freshCache(folder), DENO_AUDIT_PERMISSIONS: `${folder}/asked` },
      });
      assertEquals(lines.map((line) => JSON.parse(line)), [
        { claims: 20, succeeded: 20, tuned: 20, total_spans: 20, total_workers: 4 },
      ]);
      assertEquals(
        await askedFor(`${folder}/asked`),
        new Set([`import ${host}`, ...permissions.map((it) => `${it} ${file}`)]),
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

const ANY_PORT = { hostname: "127.0.0.1", port: 0, onListen: () => {} };

/** Serves the files that a package publishes. */
const serveFile = async (request: Request): Promise<Response> => {
  const { pathname } = new URL(request.url);
  if (!/^\/(mod\.ts$|src\/)/.test(pathname)) return new Response(null, { status: 404 });
  return new Response(await Deno.readTextFile(new URL(`.${pathname}`, ROOT)), {
    headers: { "content-type": "application/typescript" },
  });
};

/** A cache that knows of no URL, but of the packages that are here already. */
const freshCache = async (folder: string): Promise<string> => {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout));
  const cache = `${folder}/cache`;
  await Deno.mkdir(cache);
  await Deno.symlink(npmCache, `${cache}/npm`);
  return cache;
};

/** What the audit of a process says that it asked for. */
const askedFor = async (audit: string): Promise<ReadonlySet<string>> => {
  const lines = (await Deno.readTextFile(audit)).trim().split("\n");
  return new Set(lines.map((line) => {
    const { permission, value } = JSON.parse(line);
    return `${permission} ${value}`;
  }));
};
