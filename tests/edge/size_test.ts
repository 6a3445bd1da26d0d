/** How large the parts are that the edge loads, and what is not among them. */

import { assert, assertEquals } from "@std/assert";
import { bundle } from "./bundle.ts";
import { workerdTest } from "./needs_workerd.ts";
import { compressedSize, MOST } from "./size/compressed.ts";

const FLAGS = [
  "--minify",
  "--config",
  new URL("../../examples/cloudflare/deno.json", import.meta.url).pathname,
];

const part = (name: string): Promise<string> =>
  bundle(new URL(`size/${name}.ts`, import.meta.url), FLAGS);

workerdTest(
  "edge: core, memory and client are small, and so is the HTTP face on top of them",
  async () => {
    const core = await compressedSize(await part("core"));
    const served = await compressedSize(await part("served"));
    assert(core > 0 && core <= MOST.core, `${core} bytes`);
    assert(served - core <= MOST.httpOnTop, `${served - core} bytes`);
  },
);

workerdTest("edge: no bundle loads a driver or a module of Node", async () => {
  for (const name of ["core", "served"]) {
    const script = await part(name);
    assertEquals(script.match(/\bimport\s*[({"'*]|\bfrom\s*["']|node:|mongodb/g), null, name);
  }
});
