/** The import maps of the documentation give the package's names to its entries. */

import { assertEquals, assertNotEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { blocksOf, pages } from "./pages.ts";

/** Where the module is, in examples. */
const SERVER = "https://…/";

const ENTRIES = Object.entries(config.exports).map(([name, path]) => [
  config.name + name.slice(1),
  SERVER + path.slice(2),
]);

Deno.test("docs: import maps name entries of the package", () => {
  const mapped = pages()
    .flatMap((page) => blocksOf(page, "json"))
    .flatMap((block) => Object.entries(JSON.parse(block).imports ?? {}));
  assertNotEquals(mapped, []);
  const entries = ENTRIES.map((entry) => entry.join(" "));
  assertEquals(mapped.map((it) => it.join(" ")).filter((it) => !entries.includes(it)), []);
});
