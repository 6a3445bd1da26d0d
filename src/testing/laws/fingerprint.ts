/** All that can be told of the state of a backend. */

import type { Backend } from "../../backend.ts";
import type { RolloutStatus } from "../../model/rollout.ts";
import {
  claimedIds,
  EVERYTHING,
  lookAtOverdue,
  overdueIds,
  rolloutChange,
  storedIds,
  valueOf,
} from "./records.ts";

/** Later than any deadline that a law sets. */
const FAR = 1e9;

/**
 * Reads everything, and then uses up what cannot be read: the counters of sequence ids, the
 * deadlines, and the queue with its stale entries. Two backends on which the same things happened
 * give the same.
 */
export const fingerprint = async (backend: Backend): Promise<unknown> => {
  const ids = await storedIds(backend);
  const readings = await readingsOf(backend, ids);
  const counters = await backend.allocate([ids]);
  const expired = await expireAll(backend, ids);
  const line = await lineOf(backend, ids);
  return { readings, counters, expired, line };
};

const readingsOf = async (backend: Backend, ids: readonly string[]): Promise<unknown> => ({
  rollouts: await backend.queryRollouts(EVERYTHING),
  attempts: await Promise.all(ids.map((id) => backend.queryAttempts(id, EVERYTHING))),
  spans: await Promise.all(ids.map((id) => backend.querySpans(id, null, EVERYTHING))),
  workers: await backend.queryWorkers(EVERYTHING),
  resources: await backend.queryResources(EVERYTHING),
  latestResources: await backend.latestResources(),
  statistics: await backend.statistics(),
});

/** The statuses once every deadline has passed, and what is still found then. */
const expireAll = async (backend: Backend, ids: readonly string[]): Promise<unknown> => {
  await lookAtOverdue(backend, FAR);
  return [valueOf(await backend.statuses(ids)), await overdueIds(backend, FAR)];
};

/**
 * The order of the queue when everything returns to it, the last first: what still has an entry,
 * stale or not, keeps its place; what has none comes to the tail.
 */
const lineOf = async (backend: Backend, ids: readonly string[]): Promise<readonly string[]> => {
  const status: RolloutStatus = "queuing";
  const returns = ids.toReversed().map((id) => rolloutChange(id, { status }));
  (await backend.change(returns)).forEach(valueOf);
  return await claimedIds(backend, 1000);
};
