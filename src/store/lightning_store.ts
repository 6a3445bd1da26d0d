/** The store's face: a record of functions. */

import type { TE } from "../deps/fp.ts";
import type { Attempt } from "../model/attempt.ts";
import type { StoreError } from "../model/errors.ts";
import type { AddOtelSpan } from "../model/otel.ts";
import type {
  AttemptQuery,
  Page,
  ResourcesQuery,
  RolloutQuery,
  SpanQuery,
  WorkerQuery,
} from "../model/query.ts";
import type {
  AddManySpans,
  AddResources,
  AddSpan,
  AttemptKey,
  DequeueManyRollouts,
  DequeueRollout,
  EnqueueManyRollouts,
  ManySpanSequenceIds,
  ResourcesKey,
  RolloutKey,
  StartAttempt,
  UpdateAttempt,
  UpdateResources,
  UpdateRollout,
  UpdateWorker,
  WaitForRollouts,
  WorkerKey,
} from "../model/requests.ts";
import type { ResourcesUpdate } from "../model/resources.ts";
import type {
  AttemptedRollout,
  EnqueueRolloutRequest,
  Rollout,
  StartRollout,
} from "../model/rollout.ts";
import type { Span } from "../model/span.ts";
import type { Capabilities, Statistics } from "../model/statistics.ts";
import type { Worker } from "../model/worker.ts";

/** A computation that does nothing until it is run, never rejects, and answers with one of two. */
export type StoreTask<A> = TE.TaskEither<StoreError, A>;

/** Options of one call. */
export interface CallOptions {
  /** Ends the call early: it then answers `Aborted`. */
  readonly signal?: AbortSignal;
}

/**
 * A store of rollouts, attempts, spans, resources and workers.
 *
 * Every function takes one record and answers with a `TaskEither`: nothing happens until it is run,
 * and it never rejects. Besides the errors named below, each can answer `Validation` for an
 * argument that does not fit, which leaves the store as it was, and `Backend` when its engine
 * fails. All times are in seconds since the epoch. Records that come back are never to be changed
 * in place.
 *
 * @example
 * ```ts
 * import { createStore, memory } from "@lightning/store";
 *
 * const store = createStore(memory());
 * const enqueue = store.enqueueRollout({ input: { question: "2 + 2" } });
 * const result = await enqueue();
 * if (result._tag === "Right") console.log(result.right.status); // queuing
 * ```
 */
export interface LightningStore {
  /** What this store can do. */
  readonly capabilities: Capabilities;

  /** How much it holds. */
  readonly statistics: () => StoreTask<Statistics>;

  /** Where OTLP traces go. `Unsupported` unless a server stands in front of the store. */
  readonly otlpTracesEndpoint: () => StoreTask<string>;

  /** Makes a rollout and its first attempt at once, past the queue. */
  readonly startRollout: (args: StartRollout) => StoreTask<AttemptedRollout>;

  /** Makes a rollout and puts it at the end of the queue. */
  readonly enqueueRollout: (args: EnqueueRolloutRequest) => StoreTask<Rollout>;

  /** Makes rollouts and puts them at the end of the queue, in order and as one unit. */
  readonly enqueueManyRollouts: (args: EnqueueManyRollouts) => StoreTask<readonly Rollout[]>;

  /**
   * Claims the oldest queued rollout for a new attempt; null when the queue is empty, and stays so
   * for `wait_seconds`. `Aborted` when the signal ends the wait, and then nothing is claimed; but a
   * server may have claimed it just before it learned that its caller is gone, and what nobody works
   * on is tried again by its `unresponsive_seconds`.
   */
  readonly dequeueRollout: (
    args?: DequeueRollout,
    options?: CallOptions,
  ) => StoreTask<AttemptedRollout | null>;

  /**
   * Claims up to `limit` rollouts, oldest first: as many as there are, once there is one or
   * `wait_seconds` have passed. `Aborted` as for one.
   */
  readonly dequeueManyRollouts: (
    args?: DequeueManyRollouts,
    options?: CallOptions,
  ) => StoreTask<readonly AttemptedRollout[]>;

  /** Makes a new attempt at a rollout in any status. `NotFound` for an unknown rollout. */
  readonly startAttempt: (args: StartAttempt) => StoreTask<AttemptedRollout>;

  /**
   * Lists rollouts, each with its latest attempt if it has one. `InvalidArgument` for a sort field,
   * order, logic, limit or offset that does not exist.
   */
  readonly queryRollouts: (
    args?: RolloutQuery,
  ) => StoreTask<Page<Rollout | AttemptedRollout>>;

  /** A rollout with its latest attempt if it has one; null when unknown. */
  readonly getRolloutById: (args: RolloutKey) => StoreTask<Rollout | AttemptedRollout | null>;

  /** Replaces fields of a rollout. `NotFound` for an unknown rollout. */
  readonly updateRollout: (args: UpdateRollout) => StoreTask<Rollout>;

  /** Lists the attempts of a rollout. `InvalidArgument` as for `queryRollouts`. */
  readonly queryAttempts: (args: AttemptQuery) => StoreTask<Page<Attempt>>;

  /** The latest attempt of a rollout; null when there is none. */
  readonly getLatestAttempt: (args: RolloutKey) => StoreTask<Attempt | null>;

  /**
   * Replaces fields of an attempt; a status moves its rollout and its worker along. `NotFound` for
   * an unknown rollout or attempt.
   */
  readonly updateAttempt: (args: UpdateAttempt) => StoreTask<Attempt>;

  /**
   * Stores a span, which is a sign of life of its attempt; null when its id is taken, and then the
   * first one stays. `NotFound` for an unknown rollout or attempt.
   */
  readonly addSpan: (args: AddSpan) => StoreTask<Span | null>;

  /** Stores spans and answers with those that are new. `NotFound` stores none of them. */
  readonly addManySpans: (args: AddManySpans) => StoreTask<readonly Span[]>;

  /** Stores a span of the OpenTelemetry SDK, as `addSpan` does. */
  readonly addOtelSpan: (args: AddOtelSpan) => StoreTask<Span | null>;

  /**
   * Lists the spans of a rollout. `SpansEvicted` when memory had to let them go; `InvalidArgument`
   * as for `queryRollouts`.
   */
  readonly querySpans: (args: SpanQuery) => StoreTask<Page<Span>>;

  /** Allocates the next sequence id of a rollout, known or not. */
  readonly getNextSpanSequenceId: (args: AttemptKey) => StoreTask<number>;

  /** Allocates one sequence id for each pair, in order. */
  readonly getManySpanSequenceIds: (args: ManySpanSequenceIds) => StoreTask<readonly number[]>;

  /** Stores resources under a new id; they become the latest. */
  readonly addResources: (args: AddResources) => StoreTask<ResourcesUpdate>;

  /** Stores resources under a given id, known or new; they become the latest. */
  readonly updateResources: (args: UpdateResources) => StoreTask<ResourcesUpdate>;

  /** Lists resources. `InvalidArgument` as for `queryRollouts`. */
  readonly queryResources: (args?: ResourcesQuery) => StoreTask<Page<ResourcesUpdate>>;

  /** Resources by id; null when unknown. */
  readonly getResourcesById: (args: ResourcesKey) => StoreTask<ResourcesUpdate | null>;

  /** The resources that were written last; null when there are none. */
  readonly getLatestResources: () => StoreTask<ResourcesUpdate | null>;

  /** Lists workers. `InvalidArgument` as for `queryRollouts`. */
  readonly queryWorkers: (args?: WorkerQuery) => StoreTask<Page<Worker>>;

  /** A worker; null when unknown. */
  readonly getWorkerById: (args: WorkerKey) => StoreTask<Worker | null>;

  /** Takes a worker's report. `InvalidArgument` when the report is null. */
  readonly updateWorker: (args: UpdateWorker) => StoreTask<Worker>;

  /**
   * Waits until all known rollouts of the list are finished, or for `timeout` seconds, and answers
   * with those that are, in the order of the list. `Aborted` when the signal ends the wait.
   */
  readonly waitForRollouts: (
    args: WaitForRollouts,
    options?: CallOptions,
  ) => StoreTask<readonly Rollout[]>;

  /**
   * Lets go of the engine. Operations that come later answer `Backend`, and so do those that wait; to
   * close once more does nothing.
   */
  readonly close: () => StoreTask<void>;
}

/** A {@linkcode LightningStore} whose functions answer with promises. */
export type PromiseStore = {
  readonly [K in keyof LightningStore]: LightningStore[K] extends
    (...args: infer P) => StoreTask<infer A> ? (...args: P) => Promise<A> : LightningStore[K];
};
