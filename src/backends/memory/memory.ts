/** The memory backend: each intent is one synchronous step over immutable records. */

import type {
  Backend,
  Batch,
  PortError,
  ResourcesRequest,
  SpansRequest,
  Taken,
} from "../../backend.ts";
import { DEFAULT_THRESHOLDS, estimateSpanBytes, type Thresholds } from "../../core/eviction.ts";
import { select } from "../../core/select.ts";
import { nextVersion } from "../../core/versions.ts";
import { applyWorkerEffect, type WorkerEffect } from "../../core/worker.ts";
import { E, pipe } from "../../deps/fp.ts";
import {
  attemptNotFound,
  backendError,
  type BackendFailure,
  type NotFound,
  rolloutNotFound,
  type StoreError,
} from "../../model/errors.ts";
import type { Numbers } from "../../model/numbers.ts";
import type { ResourcesUpdate } from "../../model/resources.ts";
import type { NewSpan, Span } from "../../model/span.ts";
import type { Worker } from "../../model/worker.ts";
import { cells } from "./cells.ts";
import { keeping } from "./keeping.ts";
import { shelves } from "./shelves.ts";

/** Options of {@linkcode memory}. */
export interface MemoryOptions {
  /** What `capabilities.thread_safe` says; one isolate needs no locks. Default: false. */
  readonly threadSafe?: boolean;
  /** When to evict spans. Default: above 0.7 of 4 GiB, down to 0.8 of that. */
  readonly thresholds?: Thresholds;
  /** Bytes of a span in memory; what fails or is no number is the default's. Default: 1,024 and two for each UTF-16 unit of its JSON form. */
  readonly spanSizeEstimator?: (span: Span) => number;
  /** How numbers of opaque values are kept. Default: `double`. */
  readonly numbers?: Numbers;
  /**
   * Whether what is kept is frozen. Default: true. It comes back as it is kept, so that with false
   * nobody may write to it: a server, which only sends it, saves time by that.
   */
  readonly frozen?: boolean;
}

/**
 * A backend that keeps everything in this process and loses it with the process. Spans are evicted
 * when they take too much memory; nothing else is. What is kept is frozen, unless that is
 * turned off.
 *
 * @example
 * ```ts
 * import { createStore, memory } from "@lightning/store";
 *
 * const store = createStore(memory());
 * ```
 */
export const memory = (options: MemoryOptions = {}): Backend => {
  const {
    threadSafe = false,
    thresholds = DEFAULT_THRESHOLDS,
    spanSizeEstimator = estimateSpanBytes,
    numbers = "double",
    frozen = true,
  } = options;
  const keep = keeping(numbers, frozen);
  const workers = new Map<string, Worker>();
  const resources = new Map<string, ResourcesUpdate>();
  let latest: ResourcesUpdate | null = null;
  let closed = false;

  const affect = (effect: WorkerEffect): Worker | null => {
    const known = workers.get(effect.worker_id) ?? null;
    const worker = keep.kept(applyWorkerEffect(known, effect));
    if (worker !== null) workers.set(effect.worker_id, worker);
    return worker;
  };

  const rollouts = cells(keep, affect);
  const spans = shelves(keep, thresholds, spanSizeEstimator, rollouts.rollout);

  const putResources = (request: ResourcesRequest): E.Either<Taken, ResourcesUpdate> => {
    const known = resources.get(request.resources_id) ?? null;
    if (request.fresh && known !== null) {
      return E.left({ _tag: "Taken", id: request.resources_id });
    }
    latest = keep.kept(nextVersion(known, request));
    resources.set(request.resources_id, latest);
    return E.right(latest);
  };

  const unknownReference = ({ rollout_id, attempt_id }: NewSpan): NotFound | null =>
    rollouts.rollout(rollout_id) === undefined
      ? rolloutNotFound(rollout_id)
      // `latest` is no alias here.
      : rollouts.attempt(rollout_id, attempt_id)?.attempt_id !== attempt_id
      ? attemptNotFound(rollout_id, attempt_id)
      : null;

  /** Stores the spans of one item, and notes in `beats` which attempts showed a sign of life. */
  const addSpans =
    (beats: Map<string, Beat>) =>
    ({ spans: added, now }: SpansRequest): E.Either<NotFound, readonly (number | null)[]> => {
      for (const span of added) {
        const unknown = unknownReference(span);
        if (unknown !== null) return E.left(unknown);
      }
      const ids = spans.add(added);
      added.forEach(({ rollout_id, attempt_id }, i) => {
        if (ids[i] !== null) {
          beats.set(`${rollout_id}\0${attempt_id}`, { rollout_id, attempt_id, now });
        }
      });
      return E.right(ids);
    };

  /** A step of one item, as a batch. */
  const batch = <I, A>(step: (item: I) => E.Either<PortError, A>): Batch<I, A> => {
    const guardedStep = (item: I) => guarded(step, item);
    return (items) => Promise.resolve(items.map(guardedStep));
  };

  const answer = <A>(read: () => E.Either<StoreError, A>): Promise<E.Either<StoreError, A>> =>
    Promise.resolve(guarded(read, undefined));

  const guarded = <I, L, A>(
    step: (item: I) => E.Either<L, A>,
    item: I,
  ): E.Either<L | BackendFailure, A> => {
    if (closed) return E.left(backendError("The store is closed", null));
    try {
      return step(item);
    } catch (cause) {
      // Such as an estimator of the caller's that throws.
      return E.left(backendError("The memory backend failed", cause));
    }
  };

  return {
    name: "MemoryLightningStore",
    capabilities: {
      thread_safe: threadSafe,
      async_safe: true,
      zero_copy: false,
      otlp_traces: false,
    },
    shared: false,

    insert: batch((records) => rollouts.insert(records, latest?.resources_id ?? null)),
    claim: batch(rollouts.claim),
    change: batch(rollouts.change),
    addSpans: (items) => {
      const beats = new Map<string, Beat>();
      const outcomes = items.map((item) => guarded(addSpans(beats), item));
      for (const { rollout_id, attempt_id, now } of beats.values()) {
        rollouts.heartbeat(rollout_id, attempt_id, now);
      }
      spans.evict();
      return Promise.resolve(outcomes);
    },
    allocate: batch((rollout_ids) =>
      E.right(rollout_ids.map((rollout_id) => spans.nextId(rollout_id)))
    ),
    affect: batch((effect) => E.right(affect(effect))),
    putResources: batch(putResources),

    overdue: (now, limit) => answer(() => E.right(rollouts.overdue(now, limit))),
    statuses: (ids) => answer(() => E.right(ids.map((id) => rollouts.rollout(id)?.status ?? null))),
    rollouts: (ids) => answer(() => E.right(ids.map(rollouts.attempted))),
    queryRollouts: (selection) => answer(() => E.right(rollouts.query(selection))),
    latestAttempt: (rollout_id) => answer(() => E.right(rollouts.attempt(rollout_id, "latest"))),
    queryAttempts: (rollout_id, selection) =>
      answer(() => E.right(select(rollouts.attempts(rollout_id), selection))),
    querySpans: (rollout_id, attempt_id, selection) =>
      answer(() =>
        pipe(
          spans.spans(
            rollout_id,
            attempt_id === "latest"
              ? rollouts.attempt(rollout_id, "latest")?.attempt_id ?? "latest"
              : attempt_id,
          ),
          E.map((found) => select(found, selection)),
        )
      ),
    worker: (worker_id) => answer(() => E.right(workers.get(worker_id) ?? null)),
    queryWorkers: (selection) => answer(() => E.right(select([...workers.values()], selection))),
    resources: (resources_id) => answer(() => E.right(resources.get(resources_id) ?? null)),
    latestResources: () => answer(() => E.right(latest)),
    queryResources: (selection) =>
      answer(() => E.right(select([...resources.values()], selection))),
    statistics: () =>
      answer(() => {
        const { spans: total_spans, bytes: total_span_bytes } = spans.totals();
        const { rollouts: total_rollouts, attempts: total_attempts } = rollouts.totals();
        return E.right({
          total_rollouts,
          total_attempts,
          total_spans,
          total_resources: resources.size,
          total_workers: workers.size,
          total_span_bytes,
          eviction_threshold_bytes: thresholds.eviction,
          safe_threshold_bytes: thresholds.safe,
          memory_capacity_bytes: thresholds.capacity,
        });
      }),
    close: () =>
      answer(() => {
        closed = true;
        return E.right(undefined);
      }),
  };
};

/** A sign of life of an attempt. */
interface Beat {
  readonly rollout_id: string;
  readonly attempt_id: string;
  readonly now: number;
}
