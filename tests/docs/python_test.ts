/** The examples in Python run with agent-lightning as it is published, on our server. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { pythonTest } from "../python/needs_python.ts";
import { script } from "../python/script.ts";
import { servers } from "../python/served.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { blocksOf, pageAt } from "./pages.ts";

/** Where they say that the server is. */
const SERVER = "http://127.0.0.1:4747";

const PRINTED = /print\(.*\) {2}# (?<said>.+)$/gm;

pythonTest("docs: the example of docs/python.md prints what it says", async () => {
  await using folder = await temporaryFolder();
  await using served = await servers();
  const [block = ""] = blocksOf(pageAt("docs/python.md"), "python");
  assertStringIncludes(block, SERVER);
  for (const url of served.urls) {
    const path = `${folder.path}/example.py`;
    await Deno.writeTextFile(path, block.replace(SERVER, url));
    const { success, stdout, stderr } = await (await script(`file://${path}`, [])).output();
    const [said = "", problems] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    if (!success) throw new Error(problems);
    const expected = [...block.matchAll(PRINTED)].map(({ groups }) => groups?.["said"]);
    assertEquals(said.split("\n").slice(0, -1), expected);
  }
});
