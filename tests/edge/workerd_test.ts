/** The process that runs workerd: what it tells, and when it ends. */

import { assertEquals, assertRejects } from "@std/assert";
import { eventually } from "../eventually.ts";
import { start } from "../process.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { workerdTest } from "./needs_workerd.ts";
import { runWorker } from "./workerd.ts";

workerdTest("workerd: a Worker that cannot run is an error that tells why", async () => {
  await assertRejects(() => runWorker({ script: "export default {" }), Error, "SyntaxError");
});

workerdTest("workerd: what a Worker says is not taken for its address", async () => {
  const script = `console.log("loud"); export default { fetch: () => new Response("asked") };`;
  await using worker = await runWorker({ script });
  assertEquals(await (await fetch(worker.address)).text(), "asked");
});

workerdTest("workerd: a test process that is killed leaves nothing of it behind", async () => {
  await using folder = await temporaryFolder();
  const process = start({
    script: new URL("left_behind.ts", import.meta.url),
    env: { TMPDIR: folder.path },
  });
  const { value: address } = await process.lines.next();
  process.kill();
  const { problems } = await process.end();
  if (address === undefined) throw new Error(problems);
  // It is another process's child; nobody can wait for it but so.
  await eventually(async () =>
    !await answers(address) && (await Array.fromAsync(Deno.readDir(folder.path))).length === 0
  );
});

const answers = (address: string): Promise<boolean> =>
  fetch(address).then(async ({ body }) => {
    await body?.cancel();
    return true;
  }, () => false);
