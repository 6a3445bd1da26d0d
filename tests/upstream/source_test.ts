/** What an import reads from: it must be there, and stays as it is. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { importUpstream } from "../../mod.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import { collectionsIn, contentsOf } from "./contents.ts";
import { countsOf, imported, importing } from "./imported.ts";
import { history, PARTITION, planted } from "./planted.ts";

mongoTest("importUpstream: a dry run tells all and writes nothing", async () => {
  const source = await planted(history(6));
  const target = await freshDatabase("replica set");
  const before = await contentsOf(source);
  const dry = await imported(source, target, { dryRun: true });
  assertEquals(await collectionsIn(target), []);
  assertEquals(dry, { ...await imported(source, target), dryRun: true });

  const there = await contentsOf(target);
  const again = await imported(source, target, { dryRun: true });
  assertEquals(
    countsOf(again, ({ present }) => present),
    countsOf(dry, ({ imported }) => imported),
  );
  assertEquals(await contentsOf(target), there);
  assertEquals(await contentsOf(source), before);
});

mongoTest("importUpstream: source and target may be one database, and do not meet", async () => {
  const uri = await planted(history(6));
  const before = await contentsOf(uri);
  await imported(uri, uri);
  const after = await contentsOf(uri);
  const own = [...after.keys()].filter((name) => name.startsWith("lightning_"));
  assertEquals(own.length, 5);
  assertEquals(new Map([...after].filter(([name]) => !own.includes(name))), before);
});

mongoTest(
  "importUpstream: a partition that does not exist is an error that names those that do",
  async () => {
    const source = await planted(history(3));
    const target = await freshDatabase("replica set");
    for (const dryRun of [true, false]) {
      const message = await refusal(source, target, "pt-b", dryRun);
      assertStringIncludes(message, "got pt-b; there are: pt-a");
    }
    assertEquals(await collectionsIn(target), []);
  },
);

mongoTest("importUpstream: a database without any partition is an error that says so", async () => {
  const [source, target] = [await freshDatabase("replica set"), await freshDatabase("replica set")];
  assertStringIncludes(await refusal(source, target, PARTITION, false), "got pt-a; there is none");
  assertEquals(await collectionsIn(target), []);
});

/** Why an import from a partition is refused. */
const refusal = async (
  source: string,
  target: string,
  partition: string,
  dryRun: boolean,
): Promise<string> => {
  const outcome = await importUpstream(
    importing(source, target, { source: { uri: source, partition }, dryRun }),
  )();
  if (outcome._tag === "Right") throw new Error("it was not refused");
  const { left } = outcome;
  assertEquals(left._tag === "InvalidArgument" && left.argument, "source.partition");
  return left.message;
};
