/**
 * A process that closes its store in the middle of its calls, and then has nothing left to do.
 *
 * Says how its calls ended, and when the store was closed.
 */

import { setTimeout as delay } from "node:timers/promises";
import { createStore, mongo } from "../../mod.ts";
import { say, signalToGo } from "../process.ts";

const [uri = ""] = Deno.args;

const opened = await mongo({ uri, partition: "closing" })();
if (opened._tag === "Left") throw new Error(opened.left.message);
const store = createStore(opened.right, {
  scanDebounceSeconds: 0,
  scanIntervalSeconds: 0.05,
  log: () => {},
});

const ends = new Map<string, number>();

const call = async (run: () => Promise<{ readonly _tag: string }>): Promise<string> => {
  const outcome = await run().catch(() => ({ _tag: "rejected" }));
  const end = "left" in outcome && typeof outcome.left === "object" && outcome.left !== null &&
      "_tag" in outcome.left
    ? String(outcome.left._tag)
    : outcome._tag;
  ends.set(end, (ends.get(end) ?? 0) + 1);
  return end;
};

/** Calls until it learns that the store is closed. */
const load = async (run: () => Promise<{ readonly _tag: string }>): Promise<void> => {
  while (await call(run) === "Right");
};

const first = await store.enqueueRollout({ input: 0 })();
const rollout_ids = first._tag === "Right" ? [first.right.rollout_id] : [];
const [rollout_id = ""] = rollout_ids;
const calls = [
  ...Array.from({ length: 8 }, () => load(store.enqueueRollout({ input: 1 }))),
  ...Array.from({ length: 8 }, (_, i) => load(store.dequeueRollout({ worker_id: `W-${i}` }))),
  ...Array.from({ length: 4 }, () => load(store.dequeueManyRollouts({ limit: 4 }))),
  ...Array.from({ length: 4 }, () => load(store.updateRollout({ rollout_id, metadata: {} }))),
  ...Array.from({ length: 4 }, () => load(store.queryRollouts())),
  ...Array.from(
    { length: 4 },
    () => load(store.updateResources({ resources_id: "rs", resources: {} })),
  ),
  load(store.waitForRollouts({ rollout_ids, timeout: 60 })),
];
await delay(500);
await signalToGo();
const closed = await call(store.close());
await Promise.all(calls);
say(JSON.stringify({ closed, ends: Object.fromEntries(ends), at: Date.now() }));
