/** What the examples print is what stands beside it: `console.log(…); // this`. */

import { assertEquals } from "@std/assert";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import { blocksOf, type Page, pageAt, pages } from "./pages.ts";

/** What is printed, and what stands beside it. */
const PRINTED = /console\.log\(.*\); \/\/ (?<said>.+)$/gm;

const printedBy = (block: string): readonly string[] =>
  [...block.matchAll(PRINTED)].map(({ groups }) => groups?.["said"] ?? "");

/** Runs an example as if it were a file beside its page. */
const run = async ({ url }: Page, block: string, env: Record<string, string>) => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--allow-all", "--ext=ts", "-"],
    cwd: new URL(".", url),
    env: { NO_COLOR: "1", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await new Blob([block]).stream().pipeTo(child.stdin);
  const { success, stdout, stderr } = await child.output();
  const [lines, problems] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) throw new Error(problems);
  return (lines ?? "").split("\n").slice(0, -1);
};

for (const page of pages()) {
  for (const [i, block] of blocksOf(page, "ts").entries()) {
    Deno.test(`docs: example ${i + 1} of ${page.path} prints what it says`, async () => {
      assertEquals(await run(page, block, {}), printedBy(block));
    });
  }
}

mongoTest("docs: the example of a cluster prints the same on MongoDB", async () => {
  const page = pageAt("docs/cluster.md");
  const LIGHTNING_STORE = await freshDatabase("replica set");
  for (const block of blocksOf(page, "ts")) {
    assertEquals(await run(page, block, { LIGHTNING_STORE }), printedBy(block));
  }
});
