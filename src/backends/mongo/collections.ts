/** The collections of a store and their indexes. */

import type { Collection, Db, IndexDescription } from "../../deps/mongo.ts";
import type {
  CounterDocument,
  ResourcesDocument,
  RolloutDocument,
  SpanDocument,
  WorkerDocument,
  WritesDocument,
} from "./documents.ts";
import { surviving } from "./failing.ts";

/** The collections of all partitions. */
export interface Collections {
  readonly rollouts: Collection<RolloutDocument>;
  readonly spans: Collection<SpanDocument>;
  readonly counters: Collection<CounterDocument>;
  readonly workers: Collection<WorkerDocument>;
  readonly resources: Collection<ResourcesDocument>;
  readonly writes: Collection<WritesDocument>;
}

/** Their names, which are none of agent-lightning's, so that both may live in one database. */
export const COLLECTION_NAMES: Readonly<Record<keyof Collections, string>> = {
  rollouts: "lightning_rollouts",
  spans: "lightning_spans",
  counters: "lightning_counters",
  workers: "lightning_workers",
  resources: "lightning_resources",
  writes: "lightning_writes",
};

/** The collections, read from the primary: a secondary lags, and claims and waits would with it. */
export const collectionsOf = (db: Db): Collections => {
  const primary = { readPreference: "primary" } as const;
  return {
    rollouts: db.collection(COLLECTION_NAMES.rollouts, primary),
    spans: db.collection(COLLECTION_NAMES.spans, primary),
    counters: db.collection(COLLECTION_NAMES.counters, primary),
    workers: db.collection(COLLECTION_NAMES.workers, primary),
    resources: db.collection(COLLECTION_NAMES.resources, primary),
    writes: db.collection(COLLECTION_NAMES.writes, primary),
  };
};

/** What stands in the queue, stale or not: the condition of the index, word by word. */
export const IN_QUEUE = { place: { $gt: 0 } } as const;

/** The least deadline that is indexed. */
const LEAST = -Number.MAX_VALUE;

/** What may expire: the condition of the index, word by word. */
export const HAS_DEADLINE = { deadline: { $gte: LEAST } } as const;

/** A deadline as the index takes it: two numbers far below 0 make one that is without bounds. */
export const indexedDeadline = (deadline: number | null): number | null =>
  deadline === null ? null : Math.max(deadline, LEAST);

/**
 * Besides `_id`, which is unique, starts with the partition and finds rollouts, counters, workers
 * and resources. Queue and deadlines are indexed only where there are any, so that neither a claim
 * nor a sweep meets what is finished.
 */
export const INDEXES: Readonly<Partial<Record<keyof Collections, readonly IndexDescription[]>>> = {
  rollouts: [
    {
      name: "lightning_queue",
      key: { partition: 1, place: 1 },
      partialFilterExpression: IN_QUEUE,
    },
    {
      name: "lightning_deadline",
      key: { partition: 1, deadline: 1 },
      partialFilterExpression: HAS_DEADLINE,
    },
    { name: "lightning_status", key: { partition: 1, status: 1, inserted: 1 } },
    { name: "lightning_inserted", key: { partition: 1, inserted: 1 } },
  ],
  spans: [
    {
      name: "lightning_attempt_sequence",
      key: { partition: 1, rollout_id: 1, attempt_id: 1, sequence_id: 1 },
    },
  ],
  workers: [{ name: "lightning_status", key: { partition: 1, status: 1, inserted: 1 } }],
  resources: [{ name: "lightning_written", key: { partition: 1, written: 1 } }],
};

/** Makes the indexes that are missing; many processes may do so at once. */
export const makeIndexes = async (collections: Collections): Promise<void> => {
  await Promise.all([
    makeMissing(collections.rollouts, INDEXES.rollouts),
    makeMissing(collections.spans, INDEXES.spans),
    makeMissing(collections.workers, INDEXES.workers),
    makeMissing(collections.resources, INDEXES.resources),
  ]);
};

const makeMissing = async <D extends object>(
  collection: Collection<D>,
  indexes: readonly IndexDescription[] = [],
): Promise<void> => {
  await surviving(() => collection.createIndexes([...indexes]));
};
