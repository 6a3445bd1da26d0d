/**
 * Crashes of the service: it is killed under the load of its clients and started again on the same
 * file, over and over. The clients live on and try again.
 *
 * `CRASH_ROUNDS` says how often, `CRASH_SEED` repeats the moments of another run.
 */

import { assertEquals } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { serving } from "../cli/service.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import type { Acknowledged } from "./acknowledged.ts";
import { outliving } from "./client.ts";
import { load } from "./load.ts";
import { moments } from "./moments.ts";
import { recover } from "./recovery.ts";
import { assertExclusive, assertSurvival, counts } from "./survival.ts";

const FLAGS = ["--store", "sqlite:crash.db", "--log-level", "WARNING"];

Deno.test("crash: what the service acknowledges survives SIGKILL, and nothing is stranded", async (t) => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/crash.db`;
  let service = await serving(FLAGS, { cwd: folder.path });
  const { writes, next, tell, deaths, enqueues } = ledger();
  let isOver = false;
  const clients = load({
    connect: () => outliving(() => service.address),
    tell,
    round: 0,
    isOver: () => isOver,
  });
  try {
    let [known, checked] = [0, 0];
    for (const [round, moment] of moments(3).entries()) {
      const name = `round ${round}: killed after ${moment} ms`;
      const survived = await t.step(name, async () => {
        await Promise.race([next(), clients]);
        await delay(moment);
        service.kill();
        deaths.begun++;
        await service.end();
        deaths.over++;
        const told = writes.slice(checked);
        checked += told.length;
        known = (await assertSurvival(path, told, known)).total;
        service = await serving(FLAGS, { cwd: folder.path });
      });
      if (!survived) return;
    }
    isOver = true;
    await clients;
    service.kill("SIGTERM");
    const { code, problems } = await service.end();
    assertEquals([code, problems], [0, ""]);
  } finally {
    isOver = true;
    clients.catch(() => {});
    await service[Symbol.asyncDispose]();
  }

  await t.step("the clients' view and the file agree, and nothing was given twice", async () => {
    const { copies } = await assertSurvival(path, writes, 0);
    assertEquals(new Set(copies.keys()), new Set(enqueues.keys()));
    const repeated = [...copies].filter(([batch, times]) => times > (enqueues.get(batch) ?? 0));
    assertEquals(repeated, []);
    const { claims, recovered } = await recover(path);
    assertExclusive([...writes, ...claims]);
    const twice = [...copies.values()].filter((times) => times > 1).length;
    const acknowledged = Object.fromEntries(counts(writes.map(({ write }) => write)));
    console.log({ recovered, twice, ...acknowledged });
  });
});

/** What the clients have told, and how it stands to the deaths of servers. */
const ledger = () => {
  const writes: Acknowledged[] = [];
  const deaths = { begun: 0, over: 0 };
  /**
   * How often each batch may be there: once, and once more for each server that died during its
   * call. A server that was killed may still be at work until it is gone.
   */
  const enqueues = new Map<string, number>();
  let [begun, over] = [0, 0];
  let arrived = Promise.withResolvers<void>();

  const tell = (write: Acknowledged): void => {
    writes.push(write);
    arrived.resolve();
    if (write.write !== "enqueue" || enqueues.has(write.batch.batch)) return;
    // One caller enqueues, so that a call begins where the one before it has ended.
    enqueues.set(write.batch.batch, 1 + Math.max(deaths.begun - begun, deaths.over - over));
    [begun, over] = [deaths.begun, deaths.over];
  };

  /** Resolves with the next write. */
  const next = (): Promise<void> => {
    arrived = Promise.withResolvers<void>();
    return arrived.promise;
  };

  return { writes, next, tell, deaths, enqueues };
};
