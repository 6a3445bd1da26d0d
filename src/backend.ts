/**
 * The port: what a store asks of an engine. A backend is a record of atomic intents; it holds no
 * rule of its own, but translates the decisions of `src/core` into its engine's language.
 *
 * The laws of every backend, which `src/testing/laws` checks:
 *
 * 1. No function rejects. A failure of the engine is a `Backend` error.
 * 2. Each item of a batch is atomic: it happens wholly or not at all, and no other item, call or
 *    process sees it half done. Items take effect in the order of the batch. A batch shares a round
 *    trip, and need not be atomic as a whole; an item that fails leaves the others alone, save that
 *    a failure of the engine may fail them all.
 * 3. `Taken` means that an id which the item brought is in use, and that the item changed nothing;
 *    the store then comes back with fresh ids.
 * 4. A queue holds each rollout once at most. A rollout that enters while its entry is there, valid
 *    or stale, keeps its place. A claim takes entries from the head; it drops those whose rollout
 *    is not in a queue status, and hands each of the others to one caller.
 * 5. A decision may be made more than once; the last one counts.
 * 6. `overdue` finds every record whose `deadlineOf` is below the instant; it may find others. It
 *    stays so after `change` has been asked to look at each record that it found.
 * 7. Records are listed in the order of their insertion, which updates do not change.
 * 8. What comes back shares no mutable state with the engine.
 * 9. No cost of `claim`, `change` and `addSpans` grows with the size of the rollout's payload or
 *    with the history of the store.
 */

import type { E } from "./deps/fp.ts";
import type { Attempt } from "./model/attempt.ts";
import type { StoreError } from "./model/errors.ts";
import type {
  AttemptSortField,
  Page,
  ResourcesSortField,
  RolloutSortField,
  SpanSortField,
  WorkerSortField,
} from "./model/query.ts";
import type { NamedResources, ResourcesUpdate } from "./model/resources.ts";
import type { AttemptedRollout, Rollout, RolloutStatus } from "./model/rollout.ts";
import type { NewSpan, Span } from "./model/span.ts";
import type { Capabilities, Statistics } from "./model/statistics.ts";
import type { Worker } from "./model/worker.ts";
import type { Change, NewRecord, RolloutRecord } from "./core/record.ts";
import type { Selection } from "./core/selection.ts";
import type { WorkerEffect } from "./core/worker.ts";

/** An id that an item brought is in use. It never leaves the store. */
export interface Taken {
  /** Tells it from the errors of the store. */
  readonly _tag: "Taken";
  /** The id. */
  readonly id: string;
}

/** Why an item of a batch did not happen. */
export type PortError = StoreError | Taken;

/** An answer of the engine; the promise never rejects. */
export type Answer<A> = Promise<E.Either<StoreError, A>>;

/** An intent for many at once, with one outcome for each, in order; the promise never rejects. */
export type Batch<I, A> = (items: readonly I[]) => Promise<readonly E.Either<PortError, A>[]>;

/** A wish for up to `limit` queued rollouts. */
export interface ClaimRequest {
  /** Who claims. */
  readonly worker_id: string | null;
  /** How many at most; above 0. */
  readonly limit: number;
  /** When, in seconds since the epoch. */
  readonly now: number;
  /** Makes the id of an attempt; drawn from once for each rollout that is claimed. */
  readonly attemptId: () => string;
}

/** A decision to be made on one record. */
export interface ChangeRequest {
  /** The record. */
  readonly rollout_id: string;
  /** The attempt that the decision is about: an id, `latest`, or null for none. */
  readonly attempt_id: string | null;
  /** When, in seconds since the epoch. */
  readonly now: number;
  /** Pure. It is given null when there is no such rollout. */
  readonly decide: (record: RolloutRecord | null) => E.Either<StoreError, Change>;
  /** Whether the answer must carry the payload. */
  readonly payload: boolean;
}

/** What a change came to. */
export interface Changed {
  /** The record after the change. */
  readonly record: RolloutRecord;
  /** The change that was carried out. */
  readonly change: Change;
  /** Null unless it was asked for. */
  readonly payload: Pick<Rollout, "input" | "metadata"> | null;
}

/** Spans to store as one unit. */
export interface SpansRequest {
  /** The spans. */
  readonly spans: readonly NewSpan[];
  /** When, in seconds since the epoch. */
  readonly now: number;
}

/** Resources to write. */
export interface ResourcesRequest {
  /** The id to write them under. */
  readonly resources_id: string;
  /** The resources. */
  readonly resources: NamedResources;
  /** When, in seconds since the epoch. */
  readonly now: number;
  /** Whether the id must be new: a known one is then `Taken`. */
  readonly fresh: boolean;
}

/**
 * Tells of rollouts that others finish, from now on until it is stopped. It may miss some, tell some
 * twice or late, or fall silent, so that whoever listens must look as well.
 */
export type Feed = (finished: (rollout_id: string) => void) => {
  /** Whether it hears anything now. */
  readonly isLive: () => boolean;
  /** Ends it; resolves when it has let go of the engine. */
  readonly stop: () => Promise<void>;
};

/** An engine under a store. */
export interface Backend {
  /** The name of the implementation, for statistics. */
  readonly name: string;
  /** What the engine can do. */
  readonly capabilities: Capabilities;
  /** Whether others than this object may write to the same data, so that a waiter must look. */
  readonly shared: boolean;
  /**
   * Where the engine can tell: another text once others have written, so that a waiter need not look
   * until then.
   */
  readonly version?: () => Answer<string>;

  /**
   * Stores the rollouts of each item, queued or with their first attempt, as one unit. Those that
   * name no resources get the latest (`withResources` of the core), whose id is the answer; null
   * when there are none. Where none of them asks, the answer means nothing.
   */
  readonly insert: Batch<readonly NewRecord[], string | null>;
  /** Claims the oldest queued rollouts: `claim` of the core, and `effectsOfClaim` on the worker. */
  readonly claim: Batch<ClaimRequest, readonly AttemptedRollout[]>;
  /** Makes a decision on a record and carries out its change. */
  readonly change: Batch<ChangeRequest, Changed>;
  /**
   * Stores the spans of each item, unless one of them refers to an unknown rollout or attempt
   * (`NotFound`). The sequence ids come from `sequence` of the core. Answers with the sequence id of
   * each span that is new, and null for one whose id was there. Every attempt that got a new span
   * gets one `heartbeat` of the core for the batch.
   */
  readonly addSpans: Batch<SpansRequest, readonly (number | null)[]>;
  /** Allocates one sequence id for each rollout id of an item, in order. */
  readonly allocate: Batch<readonly string[], readonly number[]>;
  /** Carries out an effect on a worker; answers with the worker, or null where there is none. */
  readonly affect: Batch<WorkerEffect, Worker | null>;
  /** Writes resources: version 1 for a new id, one more for a known one. They become the latest. */
  readonly putResources: Batch<ResourcesRequest, ResourcesUpdate>;

  /** Ids of up to `limit` records that are overdue at `now`, the most overdue first. */
  readonly overdue: (now: number, limit: number) => Answer<readonly string[]>;
  /** The status of each rollout, in the order of the ids; null for an unknown one. */
  readonly statuses: (rollout_ids: readonly string[]) => Answer<readonly (RolloutStatus | null)[]>;
  /** Each rollout, in the order of the ids, with its latest attempt if any; null if unknown. */
  readonly rollouts: (
    rollout_ids: readonly string[],
  ) => Answer<readonly (Rollout | AttemptedRollout | null)[]>;
  /** Lists rollouts, each with its latest attempt if any. */
  readonly queryRollouts: (
    selection: Selection<RolloutSortField>,
  ) => Answer<Page<Rollout | AttemptedRollout>>;
  /** The latest attempt of a rollout; null where there is none. */
  readonly latestAttempt: (rollout_id: string) => Answer<Attempt | null>;
  /** Lists the attempts of a rollout; none for an unknown one. */
  readonly queryAttempts: (
    rollout_id: string,
    selection: Selection<AttemptSortField>,
  ) => Answer<Page<Attempt>>;
  /** Lists spans; `attempt_id` is an id, `latest`, or null for all. `SpansEvicted` if the spans are gone. */
  readonly querySpans: (
    rollout_id: string,
    attempt_id: string | null,
    selection: Selection<SpanSortField>,
  ) => Answer<Page<Span>>;
  /** A worker; null if unknown. */
  readonly worker: (worker_id: string) => Answer<Worker | null>;
  /** Lists workers. */
  readonly queryWorkers: (selection: Selection<WorkerSortField>) => Answer<Page<Worker>>;
  /** Resources by id; null if unknown. */
  readonly resources: (resources_id: string) => Answer<ResourcesUpdate | null>;
  /** The resources that were written last; null where there are none. */
  readonly latestResources: () => Answer<ResourcesUpdate | null>;
  /** Lists resources. */
  readonly queryResources: (
    selection: Selection<ResourcesSortField>,
  ) => Answer<Page<ResourcesUpdate>>;
  /** Counts what is stored. */
  readonly statistics: () => Answer<Omit<Statistics, "name" | "uptime">>;
  /** Where the engine has one: a waiter need not look so often then. */
  readonly feed?: Feed;
  /** Lets go of the engine; every later call answers `Backend`. */
  readonly close: () => Answer<void>;
}
