/** Partitions of one database. */

import { assertEquals } from "@std/assert";
import { idsFrom, openStore, type PromiseStore } from "../../mod.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";

/** Names that one could take for another, or for something else. */
const NAMES = ["a/b", "a", "a%2Fb", "ü%", "a b", "a.b", "$a", "a/", "^.*", "__proto__"];

mongoTest("mongo: partitions share nothing, whatever their names, not even ids", async () => {
  const uri = await freshDatabase("replica set");
  const open = (partition: string): Promise<PromiseStore> =>
    openStore(uri, {
      // Each store draws the same ids.
      ids: idsFrom(() => "00000000-0000-0000-0000-000000000000"),
      mongo: { partition },
    });
  const stores = await Promise.all(NAMES.map(open));
  for (const [i, store] of stores.entries()) {
    assertEquals(await store.getLatestResources(), null);
    const { resources_id } = await store.addResources({ resources: {} });
    const { rollout_id } = await store.enqueueRollout({ input: NAMES[i] ?? "" });
    const claimed = await store.dequeueManyRollouts({ limit: 2, worker_id: "Worker-0" });
    assertEquals(claimed.map((it) => [it.input, it.resources_id]), [[NAMES[i], resources_id]]);
    assertEquals(await store.getNextSpanSequenceId({ rollout_id, attempt_id: "latest" }), 1);
  }
  for (const [i, name] of NAMES.entries()) {
    const again = await open(name);
    const { items } = await again.queryRollouts();
    assertEquals(items.map(({ input, status }) => [input, status]), [[name, "preparing"]]);
    assertEquals((await again.queryWorkers()).total, 1);
    const [{ rollout_id } = { rollout_id: "" }] = items;
    const waiting = stores[i]?.waitForRollouts({ rollout_ids: [rollout_id], timeout: 10 });
    await again.updateAttempt({ rollout_id, attempt_id: "latest", status: "succeeded" });
    assertEquals((await waiting)?.map(({ input }) => input), [name]);
    await again.close();
  }
  await Promise.all(stores.map((store) => store.close()));
});
