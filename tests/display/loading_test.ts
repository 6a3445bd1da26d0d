/** What is loaded for pictures, and when. */

import { assertEquals, assertNotEquals } from "@std/assert";
import { moduleGraph } from "../module_graph.ts";
import { output } from "../process.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const ROOT = new URL("../..", import.meta.url);

Deno.test("loading: who imports the store loads nothing of pictures", async () => {
  const modules = await moduleGraph(new URL("mod.ts", ROOT));
  assertEquals(modules.filter(({ specifier }) => specifier.includes("/src/display/")), []);
});

Deno.test("loading: who imports pictures does not load Vega yet", async () => {
  const modules = await moduleGraph(new URL("src/display/mod.ts", ROOT));
  const loaded = modules.flatMap(({ imports }) =>
    imports.filter(({ isOfTypes }) => !isOfTypes).map(({ specifier }) => specifier)
  );
  assertNotEquals(loaded, []);
  assertEquals(loaded.filter((specifier) => specifier.includes("vega")), [
    new URL("src/deps/vega.ts", ROOT).href,
  ]);
});

Deno.test("loading: pictures need no permission", async () => {
  await using folder = await temporaryFolder();
  const script = `${folder.path}/draw.ts`;
  await Deno.writeTextFile(
    script,
    `import { rewardCurve, show } from ${JSON.stringify(new URL("src/display/mod.ts", ROOT).href)};
     console.log(show([]).text);
     console.log((await rewardCurve([])).text);`,
  );
  assertEquals(await output({ script, flags: [] }), ["No records", "Rewards: none yet"]);
});
