/** The package in the bundles of esbuild: their size, in a Worker and in a browser. */

import { assert, assertEquals } from "@std/assert";
import { createStore, httpApp, memory } from "../../mod.ts";
import { visited } from "../display/chromium.ts";
import { mainJob } from "../edge/main_job.ts";
import { compressedSize, MOST } from "../edge/size/compressed.ts";
import { runWorker } from "../edge/workerd.ts";
import { run } from "../python_environment.ts";
import { browserTest, packageTest, program } from "./programs.ts";
import { project } from "./project.ts";
import { assertDone, forUsers, MAIN_JOB } from "./scripts.ts";

packageTest("package: bundles hold only what is used, and are small", async () => {
  const core = await bundled(exporting(CORE), ["--minify"]);
  const served = await bundled(exporting([...CORE, "httpApp"]), ["--minify"]);
  const size = await compressedSize(core);
  const more = await compressedSize(served) - size;
  assert(size > 0 && size <= MOST.core, `${size} bytes`);
  assert(more > 0 && more <= MOST.httpOnTop, `${more} bytes`);
  assertEquals(served.match(/\bimport\s*["'{*]|\bfrom\s*["']|\brequire\(|node:fs/g), null);
});

packageTest("package: the main job runs on a Worker's store", async () => {
  const source = await forUsers(new URL("../edge/memory_worker.ts", import.meta.url), "[]");
  await using worker = await runWorker({
    script: await bundled(source, ["--conditions=workerd,worker,browser"]),
  });
  await mainJob(worker.address, "secret");
});

for (const store of ["memory:", "a served store"]) {
  browserTest(`package: the main job runs in a browser on ${store}`, async () => {
    const said = Promise.withResolvers<string>();
    const script = await bundled(await forUsers(MAIN_JOB, "globalThis.args"), [
      "--define:console.log=globalThis.tell",
    ]);
    const app = httpApp(createStore(memory()));
    const pages: Readonly<Record<string, (request: Request) => Promise<Response>>> = {
      "/page": () => Promise.resolve(answer(PAGE, "text/html")),
      "/job.js": () => Promise.resolve(answer(script, "text/javascript")),
      "/told": async (request) => (said.resolve(await request.text()), new Response()),
      "/until-told": async () => (await said.promise, new Response(null, { status: 404 })),
    };
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => (pages[new URL(request.url).pathname] ?? app)(request),
    );
    const origin = `http://127.0.0.1:${server.addr.port}`;
    const url = store === "memory:" ? store : origin;
    await visited(`${origin}/page?store=${encodeURIComponent(url)}`);
    assertDone(await said.promise);
  });
}

/** What a page or a function needs to hold a store in memory, and to use one that a server has. */
const CORE = ["connectStore", "createStore", "memory", "promises"];

const exporting = (names: readonly string[]): string =>
  `export { ${names.join(", ")} } from "@lightning/store";`;

/** A page that tells what the job says, or what goes wrong; its picture keeps it open until then. */
const PAGE = `<!doctype html>
<script>
  globalThis.args = [new URLSearchParams(location.search).get("store")];
  globalThis.tell = (line) => fetch("/told", { method: "POST", body: line });
  addEventListener("error", ({ message }) => tell(message));
  addEventListener("unhandledrejection", ({ reason }) => tell(String(reason)));
</script>
<script type="module" src="/job.js"></script>
<img src="/until-told" alt="">`;

const answer = (text: string, type: string): Response =>
  new Response(text, { headers: { "content-type": type } });

/** One script for a browser of what a user writes. */
const bundled = async (source: string, flags: readonly string[] = []): Promise<string> => {
  const entry = `${await project()}/bundled.ts`;
  await Deno.writeTextFile(entry, source);
  const esbuild = await program("esbuild");
  return await run(esbuild, [
    entry,
    "--bundle",
    "--format=esm",
    "--log-level=error",
    "--target=es2022",
    ...flags,
  ]);
};
