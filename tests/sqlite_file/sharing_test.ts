/** One file and several stores, in one process and in several. */

import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals, assertLess } from "@std/assert";
import { type LogEvent, openStore, type PromiseStore } from "../../mod.ts";
import { fails } from "../../src/testing/failure.ts";
import { spanOf } from "../../src/testing/span_of.ts";
import { type Running, start } from "../process.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { snapshot } from "./snapshot.ts";

const CHILD = new URL("child.ts", import.meta.url);

Deno.test("SQLite file: stores on one file see each other's writes at once", async () => {
  await using folder = await temporaryFolder();
  const [one, other] = await Promise.all([openIn(folder), openIn(folder)]);
  const { rollout_id, attempt } = await startIn(one);
  assertEquals(await snapshot(other), await snapshot(one));
  await other.updateAttempt({ rollout_id, attempt_id: attempt.attempt_id, status: "succeeded" });
  assertEquals((await one.getRolloutById({ rollout_id }))?.status, "succeeded");
  assertEquals(await snapshot(other), await snapshot(one));
  await Promise.all([one.close(), other.close()]);
});

Deno.test("SQLite file: a waiter hears of another store's and another process's work", async () => {
  await using folder = await temporaryFolder();
  const [waiter, other] = await Promise.all([openIn(folder), openIn(folder)]);
  const [near, far] = [await startIn(waiter), await startIn(waiter)];
  const process = start({ script: CHILD, args: ["finish", fileIn(folder), far.rollout_id] });
  await process.lines.next();
  const waits = [near, far].map(async ({ rollout_id }) => {
    const finished = await waiter.waitForRollouts({ rollout_ids: [rollout_id], timeout: 60 });
    assertEquals(finished.map((it) => it.status), ["succeeded"]);
    return Date.now();
  });
  // By now the waiter looks as seldom as it ever does.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await process.go();
  await other.updateAttempt({ ...near, attempt_id: "latest", status: "succeeded" });
  const done = [Date.now(), Number((await process.lines.next()).value)];
  const woken = await Promise.all(waits);
  woken.forEach((at, i) => assertLess(at - (done[i] ?? 0), 1000));
  await assertDone(process);
  await Promise.all([waiter.close(), other.close()]);
});
