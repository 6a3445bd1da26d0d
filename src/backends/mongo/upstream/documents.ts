/**
 * The documents of agent-lightning 0.3. Rollouts, attempts, spans, resources and workers have the
 * fields of the model, beside those that every document has. Contract section 9.2.
 */

import type { Collection, Db } from "../../../deps/mongo.ts";
import { type Codec, Flag, Ordinal, record, Text } from "../../../model/codec.ts";

/** A document as it is read; nothing is known of what is in it. */
export interface UpstreamDocument {
  /** Made by a driver: ids of one process count up. */
  readonly _id: unknown;
  readonly partition_id: string;
  readonly [field: string]: unknown;
}

/** The collections. */
export type UpstreamCollections = Readonly<
  Record<
    "rollouts" | "attempts" | "spans" | "resources" | "workers" | "queue" | "counters",
    Collection<UpstreamDocument>
  >
>;

/** The database where none is named. */
export const UPSTREAM_DATABASE = "agentlightning";

/** Their collections, read as they are: integers of 64 bits with all their digits, bytes as bytes. */
export const upstreamCollections = (db: Db): UpstreamCollections => {
  const options = {
    readPreference: "primary",
    useBigInt64: true,
    promoteLongs: true,
    promoteValues: true,
    promoteBuffers: false,
  } as const;
  return {
    rollouts: db.collection("rollouts", options),
    attempts: db.collection("attempts", options),
    spans: db.collection("spans", options),
    resources: db.collection("resources", options),
    workers: db.collection("workers", options),
    queue: db.collection("rollout_queue", options),
    counters: db.collection("span_sequence_ids", options),
  };
};

/** The record of a document: what it holds besides the fields that every document has. */
export const fieldsOf = (
  { _id, partition_id: _, ...fields }: UpstreamDocument,
): Readonly<Record<string, unknown>> => fields;

/** What to call a document in a report: by its own id where it has one. */
export const nameOf = (id: unknown, { _id }: UpstreamDocument): string =>
  typeof id === "string" ? id : String(_id);

/** An entry of the queue. */
export interface QueueEntry {
  /** The id of the rollout. */
  readonly value: string;
  /** Whether somebody has taken it. */
  readonly consumed: boolean;
}

export const QueueEntry: Codec<QueueEntry> = record<QueueEntry>("an entry of the queue", {
  value: Text,
  consumed: Flag,
});

/** The last sequence id that a rollout's spans got. */
export interface Counter {
  /** The id of the rollout. */
  readonly key: string;
  readonly value: number;
}

export const Counter: Codec<Counter> = record<Counter>("a counter", {
  key: Text,
  value: Ordinal,
});
