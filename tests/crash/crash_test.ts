/**
 * Crashes: a process writes to an SQLite file and is killed at a random moment, over and over.
 *
 * `CRASH_ROUNDS` says how often, `CRASH_SEED` repeats the moments of another run.
 */

import { assertEquals } from "@std/assert";
import { start } from "../process.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import type { Acknowledged } from "./acknowledged.ts";
import { moments } from "./moments.ts";
import { recover } from "./recovery.ts";
import { assertExclusive, assertSurvival, counts } from "./survival.ts";

const DURABILITIES = ["normal", "full"] as const;

Deno.test("crash: what is acknowledged survives SIGKILL, and nothing is stranded", async (t) => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/crash.db`;
  const writes: Acknowledged[] = [];
  let [known, recovered] = [0, 0];
  for (const [round, moment] of moments(4).entries()) {
    const durability = DURABILITIES[round % DURABILITIES.length] ?? "normal";
    const name = `round ${round}: durability ${durability}, killed after ${moment} ms`;
    const survived = await t.step(name, async () => {
      const told = await writeUntilKilled([path, durability, String(round)], moment);
      const { total, copies } = await assertSurvival(path, told, known);
      assertEquals([...copies].filter(([, times]) => times > 1), []);
      known = total;
      const recovery = await recover(path);
      writes.push(...told, ...recovery.claims);
      recovered += recovery.recovered;
    });
    if (!survived) return;
  }
  await t.step("no later crash took anything, and nothing was given twice", async () => {
    await assertSurvival(path, writes, 0);
    assertExclusive(writes);
  });
  console.log({ recovered, ...Object.fromEntries(counts(writes.map(({ write }) => write))) });
});

/** Starts the process and kills it `moment` milliseconds after it told of its first write. */
const writeUntilKilled = async (
  args: readonly string[],
  moment: number,
): Promise<readonly Acknowledged[]> => {
  const process = start({ script: new URL("child.ts", import.meta.url), args });
  const told: Acknowledged[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  for await (const line of process.lines) {
    timer ??= setTimeout(process.kill, moment);
    told.push(JSON.parse(line));
  }
  clearTimeout(timer);
  const { signal, problems } = await process.end();
  assertEquals(signal, "SIGKILL", problems);
  return told;
};
