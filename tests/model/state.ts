/** What the reference model holds: plain lists, in the order of insertion. */

import type { Attempt } from "../../src/model/attempt.ts";
import type { ResourcesUpdate } from "../../src/model/resources.ts";
import type { Rollout } from "../../src/model/rollout.ts";
import type { Span } from "../../src/model/span.ts";
import type { Worker } from "../../src/model/worker.ts";

/** The whole memory of the reference model. */
export interface State {
  rollouts: readonly Rollout[];
  attempts: readonly Attempt[];
  spans: readonly Span[];
  resources: readonly ResourcesUpdate[];
  workers: readonly Worker[];
  /** Ids of rollouts, oldest entry first; an entry may be stale. */
  queue: readonly string[];
  /** The last sequence id of each rollout, known or not. */
  counters: ReadonlyMap<string, number>;
  /** The id of the resources that were written last. */
  latestResources: string | null;
  /** When the watchdog last looked. */
  lastScan: number;
}

/** The memory of a new store. */
export const emptyState = (): State => ({
  rollouts: [],
  attempts: [],
  spans: [],
  resources: [],
  workers: [],
  queue: [],
  counters: new Map(),
  latestResources: null,
  lastScan: -Infinity,
});
