/** An engine that is handed in, with its own way to run a transaction and without. */

import { DatabaseSync } from "node:sqlite";
import { assertEquals } from "@std/assert";
import {
  createStore,
  type Ids,
  idsFrom,
  openStore,
  promises,
  sqlite,
  type SqliteDriver,
} from "../../mod.ts";
import { fails } from "../../src/testing/failure.ts";
import { spanOf } from "../../src/testing/span_of.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { snapshot } from "./snapshot.ts";

/** Each makes a driver, which calls `began` when its own transaction begins. */
const DRIVERS: readonly {
  readonly name: string;
  readonly ownTransactions: boolean;
  readonly make: (path: string, began: () => void) => SqliteDriver;
}[] = [
  {
    name: "node:sqlite as it is",
    ownTransactions: false,
    make: (path) => new DatabaseSync(path),
  },
  {
    name: "a driver that runs transactions itself",
    ownTransactions: true,
    make: (path, began) => {
      const database = new DatabaseSync(path);
      return {
        exec: (sql) => database.exec(sql),
        prepare: (sql) => database.prepare(sql),
        close: () => database.close(),
        runInTransaction: (body) => {
          began();
          database.exec("BEGIN IMMEDIATE");
          try {
            const value = body();
            database.exec("COMMIT");
            return value;
          } catch (cause) {
            database.exec("ROLLBACK");
            throw cause;
          }
        },
      };
    },
  },
];

/** Ids of which the second repeats the first. */
const repeating = (): Ids => {
  let draws = 0;
  return idsFrom(() => {
    const digits = String(Math.max(1, draws++));
    return `${digits.padStart(8, "0")}-0000-4000-8000-${digits.padStart(12, "0")}`;
  });
};

for (const { name, ownTransactions, make } of DRIVERS) {
  Deno.test(`SQLite driver: ${name} serves a store, and leaves a file like any other`, async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/store.db`;
    let transactions = 0;
    const opened = await sqlite({ driver: make(path, () => transactions++) })();
    if (opened._tag === "Left") throw new Error(opened.left.message);
    const store = promises(createStore(opened.right, { ids: repeating() }));

    // Both rollouts draw the same id, and the transaction that found it out must leave nothing.
    await store.enqueueManyRollouts({ rollouts: [{ input: 1 }, { input: 2 }] });
    assertEquals((await store.queryRollouts()).items.map(({ input }) => input), [1, 2]);

    const claimed = await store.dequeueRollout({ worker_id: "Worker-0" });
    if (claimed === null) throw new Error("Nothing is queued");
    const { rollout_id, attempt: { attempt_id } } = claimed;
    await store.addSpan({ span: spanOf({ rollout_id, attempt_id }, "span-0") });
    const before = transactions;
    await store.updateAttempt({ rollout_id, attempt_id, status: "succeeded" });
    assertEquals(transactions - before, ownTransactions ? 1 : 0);
    const [finished] = await store.waitForRollouts({ rollout_ids: [rollout_id], timeout: 0 });
    assertEquals(finished?.status, "succeeded");

    const held = await snapshot(store);
    await store.close();
    await fails(store.queryRollouts(), "Backend", "closed");
    const reopened = await openStore(`sqlite:${path}`);
    assertEquals(await snapshot(reopened), held);
    await reopened.close();
  });
}
