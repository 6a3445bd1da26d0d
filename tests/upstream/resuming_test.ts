/** Imports that end half-way and are run again: together they do what one whole run does. */

import { assertEquals, assertGreater } from "@std/assert";
import { MongoClient } from "mongodb";
import { type ImportReport, importUpstream } from "../../mod.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import { start } from "../process.ts";
import { type Contents, contentsOf } from "./contents.ts";
import { countsOf, imported, importing } from "./imported.ts";
import { history, PARTITION, planted } from "./planted.ts";

/** Small, so that an import has many batches. */
const BATCH = 4;

/** A source, and what a whole import makes of it. */
interface Whole {
  readonly source: string;
  readonly report: ImportReport;
  readonly contents: Contents;
}

const whole = async (): Promise<Whole> => {
  const documents = history(15);
  const source = await planted(documents);
  const target = await freshDatabase("replica set");
  const report = await imported(source, target);
  const counts = Object.entries(documents).map(([kind, { length }]) => [kind, length]);
  assertEquals(countsOf(report, ({ imported }) => imported), Object.fromEntries(counts));
  return { source, report, contents: await contentsOf(target) };
};

/** How many each run of an import brought, summed by kind. */
const sumOf = (reports: readonly ImportReport[]): Readonly<Record<string, number>> => {
  const counts = reports.map((report) => countsOf(report, ({ imported }) => imported));
  const kinds = Object.keys(counts[0] ?? {});
  return Object.fromEntries(
    kinds.map((kind) => [kind, counts.reduce((sum, it) => sum + (it[kind] ?? 0), 0)]),
  );
};

mongoTest(
  "importUpstream: killed before every fourth write, it comes to the same end",
  async () => {
    const { source, report, contents } = await whole();
    const target = await freshDatabase("replica set");
    let kills = 0;
    while (await isKilledInTime(source, target)) kills++;
    assertGreater(kills, 2);
    assertEquals(await contentsOf(target), contents);
    const again = await imported(source, target);
    assertEquals(
      countsOf(again, ({ present }) => present),
      countsOf(report, ({ imported }) => imported),
    );
  },
);

/** Imports in a process that is killed before its fourth write; false where it does not get there. */
const isKilledInTime = async (source: string, target: string): Promise<boolean> => {
  const child = start({
    script: new URL("import_child.ts", import.meta.url),
    args: [source, target, PARTITION, String(BATCH), "4"],
  });
  const { value: line } = await child.lines.next();
  const isStopped = line === "before a write";
  if (isStopped) child.kill();
  const { problems } = await child.end();
  assertEquals(problems, "");
  if (!isStopped) assertEquals(line, "done");
  return isStopped;
};

mongoTest("importUpstream: aborted after every batch, it comes to the same end", async () => {
  const { source, report, contents } = await whole();
  const target = await freshDatabase("replica set");
  const reports: ImportReport[] = [];
  for (let last = 1;; last++) {
    const aborting = new AbortController();
    const soFar: ImportReport[] = [];
    const outcome = await importUpstream(importing(source, target, {
      batchSize: BATCH,
      signal: aborting.signal,
      onProgress: (report) => {
        soFar.push(report);
        if (soFar.length === last) aborting.abort(`after ${last}`);
      },
    }))();
    reports.push(...soFar.slice(-1));
    if (outcome._tag === "Right") break;
    const { left } = outcome;
    assertEquals(left._tag === "Aborted" && left.reason, `after ${last}`);
  }
  assertGreater(reports.length, 10);
  assertEquals(sumOf(reports), countsOf(report, ({ imported }) => imported));
  assertEquals(await contentsOf(target), contents);
});

for (const side of ["source", "target"] as const) {
  mongoTest(
    `importUpstream: when the client of its ${side} is closed, it fails, and can go on`,
    async () => {
      const { source, contents } = await whole();
      const target = await freshDatabase("replica set");
      const uris = { source, target };
      for (const last of [1, 4, 8]) {
        const client = new MongoClient(uris[side]);
        const options = importing(source, target, { batchSize: BATCH });
        let batches = 0;
        let closed = Promise.resolve();
        const outcome = await importUpstream({
          ...options,
          [side]: { client, partition: PARTITION },
          onProgress: () => {
            if (++batches === last) closed = client.close();
          },
        })();
        await closed;
        assertEquals(outcome._tag === "Left" && outcome.left._tag, "Backend");
      }
      await imported(source, target, { batchSize: BATCH });
      assertEquals(await contentsOf(target), contents);
    },
  );
}
