/** Tests of the HTTP face of a store, on every backend. */

import {
  type Backend,
  connectStore,
  createStore,
  httpApp,
  type LightningStore,
  memory,
  mongo,
  sqlite,
} from "../../mod.ts";
import { spanOf, standingClock } from "../../src/testing/mod.ts";
import type { Ids } from "../bad_input/operations.ts";
import { type Prepared, valueOf } from "../bad_input/prepared.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import type { Register } from "../needs.ts";

/** A served store with what somebody else holds there; `store` is a client of it. */
export interface Attacked extends Prepared {
  readonly app: (request: Request) => Promise<Response>;
  /** Everything that can be seen of what somebody else holds. */
  readonly others: () => Promise<unknown>;
}

/** Registers a test on each backend. */
export const onEachStore = (name: string, test: (attacked: Attacked) => Promise<void>): void => {
  for (const { backend, register, open } of BACKENDS) {
    register(`attack: ${backend}: ${name}`, async () => {
      // Time stands still, so that what nobody touches stays the same to the last digit.
      const { now: clock } = standingClock();
      const store = createStore(await open(), { clock, log: () => {} });
      const somebody = await prepared(store, "somebody");
      const ids = await prepared(store, "attacker");
      const app = httpApp(store);
      const client = valueOf(connectStore("http://localhost", { fetch: app }));
      try {
        await test({ store: client, app, ids, others: () => heldBy(store, somebody) });
      } finally {
        await store.close()();
      }
    });
  }
};

/** An attempt under way with a span, its worker, and resources under its worker's name. */
const prepared = async (store: LightningStore, worker_id: string): Promise<Ids> => {
  const request = { input: worker_id, metadata: { worker_id }, worker_id };
  const { rollout_id, attempt } = valueOf(await store.startRollout(request)());
  const ids = { rollout_id, attempt_id: attempt.attempt_id };
  valueOf(await store.addSpan({ span: spanOf(ids, worker_id) })());
  valueOf(await store.updateResources({ resources_id: worker_id, resources: {} })());
  return ids;
};

const heldBy = async (store: LightningStore, { rollout_id }: Ids): Promise<unknown> => [
  await store.getRolloutById({ rollout_id })(),
  await store.queryAttempts({ rollout_id })(),
  await store.querySpans({ rollout_id })(),
  await store.getWorkerById({ worker_id: "somebody" })(),
  await store.getResourcesById({ resources_id: "somebody" })(),
];

interface Row {
  readonly backend: string;
  readonly register: Register;
  readonly open: () => Promise<Backend>;
}

const BACKENDS: readonly Row[] = [
  { backend: "memory", register: Deno.test, open: () => Promise.resolve(memory()) },
  {
    backend: "sqlite",
    register: Deno.test,
    open: async () => valueOf(await sqlite({ path: ":memory:" })()),
  },
  {
    backend: "mongo",
    register: mongoTest,
    open: async () => {
      const uri = await freshDatabase("replica set");
      return valueOf(await mongo({ uri, partition: "tests" })());
    },
  },
];
