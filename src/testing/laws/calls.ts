/** Every function of the port, called with something that fits a backend that is peopled. */

import type { Backend } from "../../backend.ts";
import { spanOf } from "../span_of.ts";
import type { Intent } from "./acts.ts";
import { LIVE, prompts } from "./peopled.ts";
import { EVERYTHING, type Outcome, queued, rolloutChange, wish } from "./records.ts";

/** The functions that change nothing. */
type Reading = Exclude<
  keyof Backend,
  Intent | "name" | "capabilities" | "shared" | "version" | "feed" | "close"
>;

/** Calls a function; answers with every outcome. */
type Call = (backend: Backend) => Promise<readonly Outcome[]>;

/** Calls that write. */
export const WRITES: Readonly<Record<Intent, Call>> = {
  insert: (it) => it.insert([[queued("ro-x")]]),
  claim: (it) => it.claim([wish(1, "w-x")]),
  change: (it) => it.change([rolloutChange("ro-a", { mode: "val" })]),
  addSpans: (it) => it.addSpans([{ spans: [spanOf(LIVE, "s-x")], now: 6 }]),
  allocate: (it) => it.allocate([["ro-a"]]),
  affect: (it) =>
    it.affect([{ worker_id: "w-x", when: { is: "always" }, set: { heartbeat_stats: { n: [1] } } }]),
  putResources: (it) =>
    it.putResources([{ resources_id: "rs-x", resources: prompts("x"), now: 6, fresh: false }]),
};

/** Calls that read. */
export const READS: Readonly<Record<Reading, Call>> = {
  overdue: async (it) => [await it.overdue(1e6, 10)],
  statuses: async (it) => [await it.statuses(["ro-a", "ro-none"])],
  rollouts: async (it) => [await it.rollouts(["ro-a", "ro-b"])],
  queryRollouts: async (it) => [await it.queryRollouts(EVERYTHING)],
  latestAttempt: async (it) => [await it.latestAttempt(LIVE.rollout_id)],
  queryAttempts: async (it) => [await it.queryAttempts(LIVE.rollout_id, EVERYTHING)],
  querySpans: async (it) => [
    await it.querySpans(LIVE.rollout_id, null, EVERYTHING),
    await it.querySpans(LIVE.rollout_id, LIVE.attempt_id, EVERYTHING),
    await it.querySpans(LIVE.rollout_id, "latest", EVERYTHING),
  ],
  worker: async (it) => [await it.worker("w-a")],
  queryWorkers: async (it) => [await it.queryWorkers(EVERYTHING)],
  resources: async (it) => [await it.resources("rs-a")],
  latestResources: async (it) => [await it.latestResources()],
  queryResources: async (it) => [await it.queryResources(EVERYTHING)],
  statistics: async (it) => [await it.statistics()],
};
