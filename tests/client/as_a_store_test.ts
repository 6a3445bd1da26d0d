/** Whatever it is asked, a client answers as the store that it reaches would have answered. */

import { assert, assertEquals } from "@std/assert";
import {
  connectStore,
  createStore,
  httpApp,
  type LightningStore,
  memory,
  type StoreOptions,
} from "../../mod.ts";
import { standingClock } from "../../src/testing/mod.ts";
import { type Ids, OPERATIONS } from "../bad_input/operations.ts";
import { placesOf } from "../bad_input/places.ts";
import { call, type Outcome, valueOf } from "../bad_input/prepared.ts";

/** What is put into each place of each argument. */
const VALUES: readonly unknown[] = [
  ...[undefined, null, true, [], {}, ["x"], [1], { a: 1.5 }],
  ...[0, -0, 1, -1, -2, 1.5, 1e300, 2 ** 53],
  ...["", " ", "x", "é/?#%", ".", "..", "__proto__", "asc", "desc", "and", "or", "rollout_id"],
  ...["queuing", "preparing", "running", "succeeded", "failed", "requeuing", "cancelled"],
];

/** Two that are made alike answer alike, down to the ids and times that they choose. */
const alike = (): LightningStore => {
  let made = 0;
  const options: StoreOptions = {
    clock: standingClock().now,
    ids: {
      rollout: () => `ro-${made++}`,
      attempt: () => `at-${made++}`,
      resources: () => `rs-${made++}`,
    },
    log: () => {},
  };
  return createStore(memory({ numbers: "exact" }), options);
};

const claimed = async (store: LightningStore): Promise<Ids> => {
  valueOf(await store.enqueueRollout({ input: "first" })());
  const rollout = valueOf(await store.dequeueRollout({ worker_id: "w" })());
  return { rollout_id: rollout?.rollout_id ?? "", attempt_id: rollout?.attempt.attempt_id ?? "" };
};

/** What HTTP has no words for: ids that no URL holds, and null where it only knows nothing. */
const isUnsayable = (outcome: Outcome): boolean =>
  outcome._tag === "Left" &&
  /expected (an id that a URL can hold|a value, or nothing), got/.test(outcome.left.message);

/** Whether it waits for what nobody brings. */
const waits = (args: unknown): boolean => {
  const { timeout = null } = Object(args);
  return "timeout" in Object(args) && (timeout === null || timeout > 0);
};

/** As text, whose keys may come in any order. */
const shown = (outcome: Outcome): unknown => JSON.parse(JSON.stringify(outcome));

for (const [operation, { fitting }] of Object.entries(OPERATIONS)) {
  Deno.test(`client: ${operation} answers as a store does`, async () => {
    const [store, served] = [alike(), alike()];
    const client = valueOf(connectStore("http://localhost", { fetch: httpApp(served) }));
    const ids = await claimed(store);
    assertEquals(await claimed(client), ids);
    let compared = 0;
    for (const { path, with: put } of placesOf(fitting(ids))) {
      for (const value of VALUES) {
        const args = put(value);
        if (waits(args)) continue;
        const answer = await call(client, operation, args);
        if (isUnsayable(answer)) continue;
        const expected = await call(store, operation, args);
        assertEquals(shown(answer), shown(expected), `${path} = ${JSON.stringify(value)}`);
        compared++;
      }
    }
    assert(compared > VALUES.length / 2);
  });
}
