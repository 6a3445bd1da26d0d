/** That nothing is stranded: what is queued can be claimed, and what has expired is queued again. */

import { assertEquals } from "@std/assert";
import { type AttemptedRollout, openStore, type PromiseStore, type Rollout } from "../../mod.ts";
import type { Acknowledged } from "./acknowledged.ts";
import { LIMIT_SECONDS } from "./limits.ts";

/** What came of a file that a process left. */
export interface Recovery {
  /** The claims that emptied the queue. */
  readonly claims: readonly Acknowledged[];
  /** How many rollouts the watchdog brought back into the queue. */
  readonly recovered: number;
}

/**
 * Lets the limits of a dead process's attempts pass and empties the queue: what comes out is all
 * that was queued or could expire, and nothing else. Some of it goes back into the queue.
 */
export const recover = async (path: string): Promise<Recovery> => {
  const { queued, live } = await found(path);
  const [mortal, immortal] = [live.filter(expires), live.filter((rollout) => !expires(rollout))];
  const store = await openStore(`sqlite:${path}`, {
    clock: () => Date.now() / 1000 + 2 * LIMIT_SECONDS,
    scanDebounceSeconds: 0,
  });
  try {
    const claims = await drain(store);
    assertEquals(idsOf(claims).toSorted(), idsOf([...queued, ...mortal]).toSorted());
    const { items } = await store.queryRollouts({ rollout_id_in: idsOf(immortal) });
    assertEquals(items, immortal);
    await finish(store, idsOf([...claims, ...immortal]));
    return { claims: claims.map(claimed), recovered: mortal.length };
  } finally {
    await store.close();
  }
};

/** What is in the queue and what is under way, before anything has expired. */
const found = async (path: string) => {
  const store = await openStore(`sqlite:${path}`);
  const { items: queued } = await store.queryRollouts({ status_in: ["queuing", "requeuing"] });
  const { items: live } = await store.queryRollouts({ status_in: ["preparing", "running"] });
  await store.close();
  return { queued, live };
};

const expires = ({ config }: Rollout): boolean =>
  config.timeout_seconds !== null || config.unresponsive_seconds !== null;

const drain = async (store: PromiseStore): Promise<readonly AttemptedRollout[]> => {
  const claims: AttemptedRollout[] = [];
  for (let last = -1; last !== claims.length;) {
    last = claims.length;
    claims.push(...await store.dequeueManyRollouts({ limit: 100 }));
  }
  return claims;
};

/** Ends the latest attempts; those that fail, and may be tried again, are left for the next round. */
const finish = async (store: PromiseStore, rollout_ids: readonly string[]): Promise<void> => {
  await Promise.all(rollout_ids.map((rollout_id, i) =>
    store.updateAttempt({
      rollout_id,
      attempt_id: "latest",
      status: i % 4 === 0 ? "failed" : "succeeded",
    })
  ));
};

const claimed = ({ attempt }: AttemptedRollout): Acknowledged => ({ write: "claim", ...attempt });

const idsOf = (rollouts: readonly Rollout[]): readonly string[] =>
  rollouts.map(({ rollout_id }) => rollout_id);
