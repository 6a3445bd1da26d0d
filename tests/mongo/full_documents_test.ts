/** A rollout whose document has no room for another attempt is in nobody's way, and is not lost. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { BSON, type Document, MongoClient } from "mongodb";
import { createStore, mongo, promises, type PromiseStore, type Rollout } from "../../mod.ts";
import { COLLECTION_NAMES } from "../../src/backends/mongo/collections.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import { NEVER } from "./monitored.ts";

/** What a document may take. */
const MOST_BYTES = 16 * 2 ** 20;

/** A store, what it warns of, and a way to fill its documents. */
const fillable = async () => {
  const client = new MongoClient(await freshDatabase("replica set"), {
    writeConcern: { w: "majority", journal: true },
  });
  const warnings: string[] = [];
  const opened = await mongo({
    client,
    partition: "full",
    warn: (message) => {
      warnings.push(message);
      throw new Error("a failure of whoever is told undoes no claim");
    },
  })();
  if (opened._tag === "Left") throw new Error(opened.left.message);
  const store = promises(createStore(opened.right, { scanDebounceSeconds: NEVER, log: () => {} }));
  const documents = client.db().collection<Document>(COLLECTION_NAMES.rollouts);
  return {
    store,
    warnings,
    /** Leaves a rollout's document so many bytes. */
    fill: async ({ rollout_id }: Rollout, left: number) => {
      await documents.updateOne({ rollout_id }, { $set: { filling: "" } });
      const bytes = BSON.calculateObjectSize(await documents.findOne({ rollout_id }) ?? {});
      const filling = "x".repeat(MOST_BYTES - bytes - left);
      await documents.updateOne({ rollout_id }, { $set: { filling } });
    },
    /** Makes room again, as a change of the rollout does. */
    empty: async ({ rollout_id }: Rollout) => {
      await documents.updateOne({ rollout_id }, { $unset: { filling: 1 } });
      await store.updateRollout({ rollout_id, metadata: { made: "room" } });
    },
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await client.close();
    },
  };
};

/** Rollouts in the queue, in this order. */
const queued = async <N extends readonly string[]>(
  store: PromiseStore,
  ...inputs: N
): Promise<{ readonly [I in keyof N]: Rollout }> =>
  // There is one for each of them.
  await store.enqueueManyRollouts({ rollouts: inputs.map((input) => ({ input })) }) as {
    readonly [I in keyof N]: Rollout;
  };

const inputOf = (rollout: Rollout | null): unknown => rollout?.input ?? null;

mongoTest("mongo: claims of one pass over a full document, and somebody is told", async () => {
  await using it = await fillable();
  const [full] = await queued(it.store, "full", "b", "c", "d");
  await it.fill(full, 100);
  for (const input of ["b", "c"]) assertEquals(inputOf(await it.store.dequeueRollout()), input);
  const [warning = "", ...others] = it.warnings;
  assertStringIncludes(warning, full.rollout_id);
  assertEquals(others, []);
  const stored = await it.store.getRolloutById({ rollout_id: full.rollout_id });
  assertEquals([stored?.status, stored?.input], ["queuing", "full"]);
  await it.empty(full);
  for (const input of ["full", "d", null]) {
    assertEquals(inputOf(await it.store.dequeueRollout()), input);
  }
});

mongoTest("mongo: claims of many pass over full documents", async () => {
  await using it = await fillable();
  const [a, , c] = await queued(it.store, "a", "b", "c", "d", "e");
  await it.fill(a, 100);
  await it.fill(c, 100);
  const claimed = await Promise.all([it.store.dequeueRollout(), it.store.dequeueRollout()]);
  assertEquals(claimed.map(inputOf).toSorted(), ["b", "d"]);
  const rest = await it.store.dequeueManyRollouts({ limit: 5 });
  assertEquals(rest.map(inputOf), ["e"]);
  assertEquals(await it.store.dequeueRollout(), null);
  assertEquals(it.warnings.length, 2);
});

mongoTest("mongo: a full document that is cancelled is in no claim's way", async () => {
  await using it = await fillable();
  const [full] = await queued(it.store, "full", "b", "c");
  await it.store.updateRollout({ rollout_id: full.rollout_id, status: "cancelled" });
  // Too little for the mark of a change.
  await it.fill(full, 4);
  assertEquals(inputOf(await it.store.dequeueRollout()), "b");
  assertEquals((await it.store.dequeueManyRollouts({ limit: 5 })).map(inputOf), ["c"]);
  const stored = await it.store.getRolloutById({ rollout_id: full.rollout_id });
  assertEquals(stored?.status, "cancelled");
});

mongoTest("mongo: a worker's name that has no room is no fault of the rollout", async () => {
  await using it = await fillable();
  const [roomy] = await queued(it.store, "a");
  await it.fill(roomy, 2 ** 20);
  const worker_id = "x".repeat(2 ** 20);
  const refused = await it.store.dequeueRollout({ worker_id }).catch(({ error }) => error._tag);
  assertEquals(refused, "Backend");
  assertEquals(inputOf(await it.store.dequeueRollout()), "a");
  assertEquals(it.warnings, []);
});
