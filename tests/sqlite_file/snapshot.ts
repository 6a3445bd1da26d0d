/** All that a store tells of what it holds. */

import type { PromiseStore } from "../../mod.ts";

/** Everything that can be read of a store, save its age. */
export const snapshot = async (store: PromiseStore) => {
  const rollouts = await store.queryRollouts();
  const byRollout = async <A>(read: (key: { readonly rollout_id: string }) => Promise<A>) =>
    await Promise.all(rollouts.items.map(({ rollout_id }) => read({ rollout_id })));
  const { uptime: _, ...statistics } = await store.statistics();
  return {
    rollouts,
    byId: await byRollout(store.getRolloutById),
    attempts: await byRollout(store.queryAttempts),
    latest: await byRollout(store.getLatestAttempt),
    spans: await byRollout(store.querySpans),
    resources: await store.queryResources(),
    latestResources: await store.getLatestResources(),
    workers: await store.queryWorkers(),
    statistics,
  };
};
