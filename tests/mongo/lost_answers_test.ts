/**
 * Answers that are lost: the connection of a write is cut before the server has seen it, or after it
 * has carried it out, under load. Nothing is lost, and nothing happens twice.
 *
 * `LOST_ANSWERS` says how often each command is cut.
 */

import { assertEquals } from "@std/assert";
import {
  createStore,
  type Ids,
  idsFrom,
  type LightningStore,
  mongo,
  promises,
  type PromiseStore,
} from "../../mod.ts";
import { cuttingProxy, type Plan } from "../mongo_server/cutting_proxy.ts";
import {
  freshDatabase,
  mongoTest,
  sharedServer,
  withDatabase,
} from "../mongo_server/needs_mongo.ts";
import type { Topology } from "../mongo_server/server.ts";
import { assertKept } from "./keeping.ts";
import { emptyLedger, figuresOf, tell } from "./ledger.ts";
import { drain, load } from "./load.ts";
import { NEVER } from "./monitored.ts";

const TIMES = Number(Deno.env.get("LOST_ANSWERS") ?? 10);

/** Each n-th command is cut, so that the load goes on between them. */
const EVERY = 8;

/** How long a load may take to get all its cuts. */
const LONGEST_MS = 60_000 + TIMES * 5000;

const TOPOLOGIES: readonly Topology[] = ["replica set", "standalone"];

const MOMENTS: readonly Plan["when"][] = ["after", "before"];

/** Two stores behind one bad network, on a partition of their own, and the way around it. */
const behindNetwork = async (topology: Topology, ids?: Ids) => {
  const uri = await freshDatabase(topology);
  const network = cuttingProxy(await sharedServer(topology));
  const { pathname } = new URL(uri);
  const behind = withDatabase(network.uri, pathname.slice(1));
  const stores = [await open(behind, ids), await open(behind, ids)];
  return {
    network,
    stores,
    /** Opens a store that the network does not concern. */
    direct: async (): Promise<PromiseStore> => promises(await open(uri)),
    [Symbol.asyncDispose]: async () => {
      network.heal();
      for (const store of stores) await store.close()();
      await network.close();
    },
  };
};

const open = async (uri: string, ids?: Ids): Promise<LightningStore> => {
  const opened = await mongo({ uri, partition: "lost answers" })();
  if (opened._tag === "Left") throw new Error(opened.left.message);
  return createStore(opened.right, {
    scanDebounceSeconds: NEVER,
    log: () => {},
    ...ids === undefined ? {} : { ids },
  });
};

for (const topology of TOPOLOGIES) {
  for (const when of MOMENTS) {
    for (const command of ["insert", "update", "findAndModify"]) {
      mongoTest(`mongo (${topology}): ${command} is cut ${when} the server had it`, async () => {
        await using it = await behindNetwork(topology);
        const { network, stores } = it;
        const ledger = emptyLedger();
        const began = Date.now();
        network.cut({ commands: [command], when, times: TIMES, every: EVERY });
        const isOver = () => network.cuts() >= TIMES || Date.now() - began > LONGEST_MS;
        await load(stores, ledger, isOver);
        network.heal();
        await drain(stores, ledger);
        assertEquals(network.cuts(), TIMES);
        console.log({ ...figuresOf(ledger), seconds: (Date.now() - began) / 1000 });
        // No answer is lost so often that a caller would have to know of it.
        assertEquals(Object.fromEntries(ledger.failed), {});
        const direct = await it.direct();
        await assertKept(direct, ledger, { units: true });
        await direct.close();
      });
    }

    mongoTest(`mongo (${topology}): delete is cut ${when} the server had it`, async () => {
      // The ids of rollouts are taken now and then, and the rest of their call is taken back.
      await using it = await behindNetwork(topology, repeating(5));
      const { network, stores } = it;
      const ledger = emptyLedger();
      network.cut({ commands: ["delete"], when, times: TIMES, every: 2 });
      for (let call = 0; network.cuts() < TIMES && call < 50 * TIMES; call++) {
        const rollouts = [1, 2, 3].map((i) => ({ input: `${call}-${i}` }));
        const told = await Promise.all(stores.map((store, i) => {
          const mine = rollouts.map(({ input }) => ({ input: `${i}-${input}` }));
          return tell(ledger, "enqueue", store.enqueueManyRollouts({ rollouts: mine }));
        }));
        told.forEach((it, i) =>
          ledger.enqueued.push({
            inputs: rollouts.map(({ input }) => `${i}-${input}`),
            rollout_ids: it.known ? it.value.map(({ rollout_id }) => rollout_id) : null,
          })
        );
      }
      network.heal();
      assertEquals(network.cuts(), TIMES);
      await drain(stores, ledger);
      assertEquals(Object.fromEntries(ledger.failed), {});
      const direct = await it.direct();
      await assertKept(direct, ledger, { units: true });
      await direct.close();
    });
  }
}

/** Random ids, of which each n-th rollout's is that of one before. */
const repeating = (n: number): Ids => {
  const random = idsFrom(() => crypto.randomUUID());
  const drawn: string[] = [];
  let draws = 0;
  return {
    ...random,
    rollout: () => {
      const id = ++draws % n === 0 ? drawn[draws % drawn.length] : undefined;
      if (id !== undefined) return id;
      const fresh = random.rollout();
      drawn.push(fresh);
      return fresh;
    },
  };
};
