/** A claim that fails leaves no rollout behind with an attempt that nobody runs. */

import { assertEquals, assertRejects } from "@std/assert";
import { createStore, mongo, promises, type PromiseStore, StoreException } from "../../mod.ts";
import { cuttingProxy } from "../mongo_server/cutting_proxy.ts";
import {
  freshDatabase,
  mongoTest,
  sharedServer,
  withDatabase,
} from "../mongo_server/needs_mongo.ts";
import type { Topology } from "../mongo_server/server.ts";

/** A store behind a network that can be cut, and one beside it on the same partition. */
const pair = async (topology: Topology) => {
  const uri = await freshDatabase(topology);
  const network = cuttingProxy(await sharedServer(topology));
  const database = new URL(uri).pathname.slice(1);
  const open = async (uri: string): Promise<PromiseStore> => {
    const opened = await mongo({ uri, partition: "p" })();
    if (opened._tag === "Left") throw new Error(opened.left.message);
    return promises(createStore(opened.right, { log: () => {} }));
  };
  return {
    network,
    cut: await open(withDatabase(network.uri, database)),
    beside: await open(uri),
  };
};

interface Case {
  readonly topology: Topology;
  readonly claim: string;
  readonly run: (store: PromiseStore) => Promise<unknown>;
  /** How many attempts there were before. */
  readonly earlier: number;
}

const ofOne: Pick<Case, "claim" | "run"> = {
  claim: "of one",
  run: (store) => store.dequeueRollout({ worker_id: "Worker-0" }),
};

const ofMany: Pick<Case, "claim" | "run"> = {
  claim: "of many",
  run: (store) => store.dequeueManyRollouts({ limit: 5, worker_id: "Worker-0" }),
};

const CASES: readonly Case[] = [
  { topology: "standalone", ...ofOne, earlier: 0 },
  { topology: "replica set", ...ofOne, earlier: 1 },
  { topology: "standalone", ...ofMany, earlier: 1 },
  { topology: "replica set", ...ofMany, earlier: 2 },
];

for (const { topology, claim, run, earlier } of CASES) {
  mongoTest(
    `mongo (${topology}): a claim ${claim} that fails is undone by the next, after ${earlier} attempts`,
    async () => {
      const { network, cut, beside } = await pair(topology);
      try {
        const { rollout_id } = await beside.enqueueRollout({ input: 1 });
        for (let i = 0; i < earlier; i++) {
          await beside.dequeueRollout();
          await beside.updateRollout({ rollout_id, status: "requeuing" });
        }
        await beside.enqueueRollout({ input: 2 });
        // The claim happens, its answer is lost, and so is every look for it.
        network.cut({ commands: ["findAndModify", "update"], when: "after" });
        network.cut({ commands: ["find"], when: "before" });
        const { error } = await assertRejects(() => run(cut), StoreException);
        assertEquals(error._tag, "Backend");
        network.heal();
        const claimed = await cut.dequeueRollout();
        assertEquals(
          [claimed?.rollout_id, claimed?.attempt.sequence_id],
          [rollout_id, earlier + 1],
        );
        const { items } = await beside.queryAttempts({ rollout_id });
        assertEquals(
          items.map(({ sequence_id }) => sequence_id),
          Array.from({ length: earlier + 1 }, (_, i) => i + 1),
        );
      } finally {
        network.heal();
        await cut.close();
        await beside.close();
        await network.close();
      }
    },
  );
}
