/** The aggregate that decisions are made on, and the change that a decision makes. */

import type { Attempt } from "../model/attempt.ts";
import type { Rollout } from "../model/rollout.ts";
import type { WorkerEffect } from "./worker.ts";

/** A rollout without its payload, which no decision reads. */
export type RolloutState = Omit<Rollout, "input" | "metadata">;

/**
 * A rollout with what a decision may depend on. It holds two of its attempts at most, so its size
 * does not grow with the rollout's history.
 */
export interface RolloutRecord {
  /** The rollout. */
  readonly rollout: RolloutState;
  /** How many attempts were made: the `sequence_id` of the latest. */
  readonly attempts: number;
  /** Its latest attempt; null while there is none. */
  readonly latest: Attempt | null;
  /** The attempt that the command is about; null when there is none such. */
  readonly attempt: Attempt | null;
}

/** A rollout that is not stored yet. */
export interface NewRecord {
  /** The rollout. */
  readonly rollout: Rollout;
  /** Its first attempt; null for one that waits in the queue. */
  readonly attempt: Attempt | null;
  /** Whether it goes to the end of the queue. */
  readonly queued: boolean;
  /** What happens to workers, in order. */
  readonly workers: readonly WorkerEffect[];
}

/** A rollout that was given no resources has the latest (K-01), if there are any. */
export const withResources = (rollout: Rollout, latest: string | null): Rollout =>
  rollout.resources_id !== null || latest === null ? rollout : { ...rollout, resources_id: latest };

/** What differs after a decision. What is absent stays as it is. */
export interface Change {
  /** Fields of the rollout to set. */
  readonly rollout?: Partial<Omit<Rollout, "rollout_id" | "start_time">>;
  /** An attempt to append as the latest, or fields of the command's attempt to set. */
  readonly attempt?: { readonly append: Attempt } | { readonly set: Partial<Attempt> };
  /** To the end of the queue, unless an entry is there, stale or not (K-11). Only claims leave it. */
  readonly queue?: "enter";
  /** What happens to workers, in order. */
  readonly workers?: readonly WorkerEffect[];
  /** Whether whoever waits for the rollout must look again. */
  readonly wakes?: boolean;
}

/** What an engine carries out: the change of a decision, or that of a claim, which leaves the queue. */
export type CarriedChange = Omit<Change, "queue"> & { readonly queue?: "enter" | "leave" };

/** The record after a change. */
export const applyChange = (
  record: RolloutRecord,
  { rollout, attempt }: CarriedChange,
): RolloutRecord => {
  const state = rollout === undefined ? record.rollout : { ...record.rollout, ...rollout };
  if (attempt === undefined) return { ...record, rollout: state };
  if ("append" in attempt) {
    return {
      rollout: state,
      attempts: record.attempts + 1,
      latest: attempt.append,
      attempt: attempt.append,
    };
  }
  const changed = record.attempt === null ? null : { ...record.attempt, ...attempt.set };
  return {
    rollout: state,
    attempts: record.attempts,
    latest: addressesLatest(record) ? changed : record.latest,
    attempt: changed,
  };
};

/** Whether the command's attempt is the rollout's latest. */
export const addressesLatest = ({ attempt, latest }: RolloutRecord): boolean =>
  attempt !== null && attempt.attempt_id === latest?.attempt_id;
