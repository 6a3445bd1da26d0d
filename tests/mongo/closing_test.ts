/** A store that is closed in the middle of its calls. */

import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import { startMongoServer, type Topology } from "../mongo_server/server.ts";
import { start } from "../process.ts";

const TOPOLOGIES: readonly Topology[] = ["replica set", "standalone"];

/** How long a process with nothing to do may live. */
const LEFT_MS = 2000;

for (const topology of TOPOLOGIES) {
  mongoTest(
    `mongo (${topology}): every call ends when the store is closed, and so does the process`,
    async () => {
      await assertEnds(await freshDatabase(topology), () => Promise.resolve());
    },
  );
}

mongoTest("mongo: every call ends when the store is closed while the server is away", async () => {
  await using server = await startMongoServer("replica set");
  if (server.kind === "given") return;
  await assertEnds(server.uri, server.kill);
});

const assertEnds = async (uri: string, before: () => Promise<void>): Promise<void> => {
  const process = start({
    script: new URL("closing_child.ts", import.meta.url),
    args: [uri],
  });
  await process.lines.next();
  await before();
  await process.go();
  const { value } = await process.lines.next();
  const { success, problems } = await process.end();
  assertEquals({ success, problems }, { success: true, problems: "" });
  const { closed, ends: { Right: values, Backend: failures, ...others }, at } = JSON.parse(
    value ?? "{}",
  );
  assertEquals([closed, others], ["Right", {}]);
  assertGreater(values, 0);
  assertGreater(failures, 0);
  assertLess(Date.now() - at, LEFT_MS);
};
