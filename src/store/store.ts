/** Makes a store from a backend. */

import type { Backend, Batch, Changed, ChangeRequest, PortError } from "../backend.ts";
import type { Clock } from "../core/clock.ts";
import { harmless } from "../core/harmless.ts";
import type { Ids } from "../core/ids.ts";
import * as lifecycle from "../core/lifecycle.ts";
import { spanOfOtel } from "../core/otel.ts";
import { type RolloutState, withResources } from "../core/record.ts";
import {
  attemptSelection,
  resourcesSelection,
  rolloutSelection,
  spanSelection,
  workerSelection,
} from "../core/selection.ts";
import { effectOfReport } from "../core/worker.ts";
import { E, pipe, TE } from "../deps/fp.ts";
import { backendError, invalidArgument, type StoreError, unsupported } from "../model/errors.ts";
import { AddOtelSpan } from "../model/otel.ts";
import {
  AttemptQuery,
  ResourcesQuery,
  RolloutQuery,
  SpanQuery,
  WorkerQuery,
} from "../model/query.ts";
import {
  AddManySpans,
  AddResources,
  AddSpan,
  AttemptKey,
  DequeueManyRollouts,
  DequeueRollout,
  EnqueueManyRollouts,
  ManySpanSequenceIds,
  Nothing,
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
import {
  EnqueueRolloutRequest,
  type NewRollout,
  type Rollout,
  StartRollout,
} from "../model/rollout.ts";
import type { NewSpan, Span } from "../model/span.ts";
import { LONGEST_TIMER } from "./doorbell.ts";
import { alone, gather, type Single } from "./gather.ts";
import { hub } from "./hub.ts";
import type { LightningStore } from "./lightning_store.ts";
import { line } from "./line.ts";
import { consoleLog, type Log } from "./log.ts";
import { decoding, operations } from "./operation.ts";
import { systemClock, systemIds } from "./system.ts";
import { waiter } from "./waiting.ts";
import { watchdog } from "./watchdog.ts";

/** Options of {@linkcode createStore}. */
export interface StoreOptions {
  /** The time in seconds since the epoch. Default: the system's, strictly increasing. */
  readonly clock?: Clock;
  /** Makes new ids. Default: random ones. */
  readonly ids?: Ids;
  /**
   * The least time between two scans of the watchdog, in seconds. Scans run before operations, so
   * without calls nothing expires. 0 scans before each operation that may. Default: 10.
   */
  readonly scanDebounceSeconds?: number;
  /**
   * Scans by a timer as well, every so many seconds, until `close`. Default: no timer, as for zero
   * and less.
   */
  readonly scanIntervalSeconds?: number;
  /**
   * Whether calls that come together share a round trip, and when they have all come: a function runs
   * what it is given later, once. Each call gets its own result. Default: true, for those of one tick.
   * A server has its requests in ticks of their own, and many in one turn of its event loop.
   */
  readonly coalesce?: boolean | ((run: () => void) => void);
  /** Takes the store's log. Default: warnings and errors go to the console. */
  readonly log?: Log;
  /**
   * Takes each rollout that comes to its end by this store: by one of its operations, or because its
   * watchdog sees that nobody works on it. Default: nobody.
   */
  readonly onFinish?: (rollout: RolloutState) => void;
}

/**
 * Makes a store from a backend. Each backend is for one store: who waits by one hears of what that one
 * does, and of others by the backend.
 *
 * @example
 * ```ts
 * import { createStore, memory } from "@lightning/store";
 *
 * const store = createStore(memory(), { scanDebounceSeconds: 1 });
 * const claimed = await store.dequeueRollout({ worker_id: "Worker-0" })();
 * console.log(claimed._tag); // Right; its value is null, for nothing is queued
 * ```
 */
export const createStore = (backend: Backend, options: StoreOptions = {}): LightningStore => {
  const {
    clock = systemClock(),
    ids = systemIds,
    scanDebounceSeconds = 10,
    scanIntervalSeconds = 0,
    coalesce = true,
  } = options;
  const log = harmless(options.log ?? consoleLog);
  const onFinish = harmless(options.onFinish ?? (() => {}));
  const born = clock();

  /** The watchdog's turn while everyone waits. */
  const scan = async (): Promise<void> => {
    try {
      await dog.scanIfDue(clock());
    } catch {
      // A clock that fails fails the operations, which tell it.
    }
  };
  const waiting = hub({ backend, scan });

  const single = <I, A>(batch: Batch<I, A>): Single<I, A> =>
    typeof coalesce === "function"
      ? gather(batch, coalesce)
      : coalesce
      ? gather(batch)
      : alone(batch);
  const insert = single(backend.insert);
  const claim = single(backend.claim);
  const change = single(backend.change);
  const addSpans = single(backend.addSpans);
  const allocate = single(backend.allocate);
  const affect = single(backend.affect);
  const putResources = single(backend.putResources);

  const notify = ({ record, change }: Changed): void => {
    if (change.wakes) {
      waiting.finished(record.rollout.rollout_id);
      onFinish(record.rollout);
    }
    if (change.queue === "enter") queue.entered(1);
  };
  const dog = watchdog({
    backend,
    debounceSeconds: scanDebounceSeconds,
    log,
    onChange: notify,
  });
  const queue = line({ claim, clock, backend, scan });
  const wait = waiter({ backend, hub: waiting });
  const timer = scanIntervalSeconds > 0
    ? setInterval(
      () => dog.scanIfDue(clock()),
      Math.min(scanIntervalSeconds * 1000, LONGEST_TIMER),
    )
    : undefined;

  const { answering, operation, query } = operations(clock, dog);

  const enqueue = async (
    requests: readonly NewRollout[],
    now: number,
  ): Promise<E.Either<PortError, readonly Rollout[]>> => {
    if (requests.length === 0) return E.right([]);
    // Each has a moment of its own, so that sorted by time they stand in their order.
    const records = requests.map((it, i) =>
      lifecycle.enqueue(it, ids.rollout(), i === 0 ? now : clock())
    );
    const inserted = await insert(records);
    if (E.isRight(inserted)) queue.entered(records.length);
    return pipe(
      inserted,
      E.map((latest) => records.map(({ rollout }) => ({ ...withResources(rollout, latest) }))),
    );
  };

  const changed = async (request: ChangeRequest): Promise<E.Either<PortError, Changed>> => {
    const outcome = await change(request);
    if (E.isRight(outcome)) notify(outcome.right);
    return outcome;
  };

  /** Stores spans; those that are new come back with their sequence ids. */
  const store = async (
    spans: readonly NewSpan[],
    now: number,
  ): Promise<E.Either<PortError, readonly Span[]>> => {
    if (spans.length === 0) return E.right([]);
    const outcome = await addSpans({ spans, now });
    if (E.isLeft(outcome)) return outcome;
    return E.right(spans.flatMap((span, i) => {
      const sequence_id = outcome.right[i] ?? null;
      if (sequence_id !== null) return [{ ...span, sequence_id }];
      const { rollout_id, attempt_id, span_id } = span;
      log({
        level: "info",
        message: "Duplicated span added",
        details: { rollout_id, attempt_id, span_id },
      });
      return [];
    }));
  };

  const statistics = answering(
    decoding(Nothing),
    () => backend.statistics(),
    (totals) => E.right({ name: backend.name, ...totals, uptime: clock() - born }),
  );

  const dequeueRollout = answering(
    decoding(DequeueRollout),
    ({ worker_id, wait_seconds }, now, signal) =>
      queue.claim({ limit: 1, worker_id, now, attemptId: ids.attempt }, wait_seconds, signal),
    ([rollout]) => E.right(rollout ?? null),
    "watched",
  );

  const dequeueManyRollouts = operation(
    decoding(DequeueManyRollouts),
    ({ limit, worker_id, wait_seconds }, now, signal) =>
      limit <= 0
        ? Promise.resolve(E.right([]))
        : queue.claim({ limit, worker_id, now, attemptId: ids.attempt }, wait_seconds, signal),
    "watched",
  );

  const queryRollouts = query(RolloutQuery, rolloutSelection, backend.queryRollouts);

  const queryWorkers = query(WorkerQuery, workerSelection, backend.queryWorkers);

  const queryResources = query(
    ResourcesQuery,
    resourcesSelection,
    backend.queryResources,
    "unwatched",
  );

  const getLatestResources = operation(
    decoding(Nothing),
    () => backend.latestResources(),
  );

  /** Of the first call that closes, which later ones only wait for. */
  let closing: Promise<E.Either<StoreError, void>> | undefined;
  const close = operation(
    decoding(Nothing),
    async () => {
      clearInterval(timer);
      const closed = await backend.close();
      queue.closed();
      waiting.closed();
      return closed;
    },
  );

  return {
    capabilities: backend.capabilities,

    statistics: () => statistics({}),

    otlpTracesEndpoint: () =>
      TE.left(unsupported("This store has no OTLP endpoint; serve it over HTTP to get one")),

    startRollout: operation(
      decoding(StartRollout),
      async (args, now) => {
        const birth = { attempt_id: ids.attempt(), worker_id: args.worker_id, now };
        const record = lifecycle.start(args, ids.rollout(), birth);
        return pipe(
          await insert([record]),
          E.map((latest) => ({
            ...withResources(record.rollout, latest),
            attempt: record.attempt,
          })),
        );
      },
      "watched",
    ),

    enqueueRollout: answering(
      decoding(EnqueueRolloutRequest),
      (args, now) => enqueue([args], now),
      ([rollout]) => present(rollout),
      "watched",
    ),

    enqueueManyRollouts: operation(
      decoding(EnqueueManyRollouts),
      ({ rollouts }, now) => enqueue(rollouts, now),
      "watched",
    ),

    dequeueRollout: (args = {}, options) => dequeueRollout(args, options),

    dequeueManyRollouts: (args = {}, options) => dequeueManyRollouts(args, options),

    startAttempt: answering(
      decoding(StartAttempt),
      ({ rollout_id, worker_id }, now) =>
        changed({
          rollout_id,
          attempt_id: null,
          now,
          payload: true,
          decide: lifecycle.startAttempt(rollout_id, {
            attempt_id: ids.attempt(),
            worker_id,
            now,
          }),
        }),
      (outcome) =>
        pipe(
          present(outcome.record.latest),
          E.map((attempt) => ({ ...rolloutOf(outcome), attempt })),
        ),
      "watched",
    ),

    queryRollouts: (args = {}) => queryRollouts(args),

    getRolloutById: operation(
      decoding(RolloutKey),
      async ({ rollout_id }) =>
        pipe(await backend.rollouts([rollout_id]), E.map(([rollout]) => rollout ?? null)),
      "watched",
    ),

    updateRollout: operation(
      decoding(UpdateRollout),
      async ({ rollout_id, ...patch }, now) =>
        pipe(
          await changed({
            rollout_id,
            attempt_id: null,
            now,
            payload: true,
            decide: lifecycle.updateRollout(rollout_id, patch, now),
          }),
          E.map(rolloutOf),
        ),
      "watched",
    ),

    queryAttempts: query(
      AttemptQuery,
      attemptSelection,
      (selection, { rollout_id }) => backend.queryAttempts(rollout_id, selection),
    ),

    getLatestAttempt: operation(
      decoding(RolloutKey),
      ({ rollout_id }) => backend.latestAttempt(rollout_id),
      "watched",
    ),

    updateAttempt: answering(
      decoding(UpdateAttempt),
      ({ rollout_id, attempt_id, ...patch }, now) =>
        changed({
          rollout_id,
          attempt_id,
          now,
          payload: false,
          decide: lifecycle.updateAttempt(rollout_id, attempt_id, patch, now),
        }),
      ({ record }) => present(record.attempt),
      "watched",
    ),

    addSpan: answering(
      decoding(AddSpan),
      ({ span }, now) => store([span], now),
      first,
    ),

    addManySpans: operation(
      decoding(AddManySpans),
      ({ spans }, now) => store(spans, now),
    ),

    addOtelSpan: answering(
      decoding(AddOtelSpan),
      async (args, now) => {
        const { sequence_id } = args;
        const span = spanOfOtel({ ...args, sequence_id: sequence_id ?? 0 });
        return E.isLeft(span) ? span : await store([{ ...span.right, sequence_id }], now);
      },
      first,
    ),

    querySpans: query(
      SpanQuery,
      spanSelection,
      (selection, { rollout_id, attempt_id }) =>
        backend.querySpans(rollout_id, attempt_id, selection),
    ),

    getNextSpanSequenceId: answering(
      decoding(AttemptKey),
      ({ rollout_id }) => allocate([rollout_id]),
      ([id]) => present(id),
    ),

    getManySpanSequenceIds: operation(
      decoding(ManySpanSequenceIds),
      ({ pairs }) =>
        pairs.length === 0
          ? Promise.resolve(E.right([]))
          : allocate(pairs.map(({ rollout_id }) => rollout_id)),
    ),

    addResources: operation(
      decoding(AddResources),
      ({ resources }, now) =>
        putResources({ resources_id: ids.resources(), resources, now, fresh: true }),
    ),

    updateResources: operation(
      decoding(UpdateResources),
      (args, now) => {
        if (args.resources_id === "latest") {
          log({
            level: "warn",
            message: "Resources with the id latest cannot be read by it over HTTP",
            details: {},
          });
        }
        return putResources({ ...args, now, fresh: false });
      },
      "watched",
    ),

    queryResources: (args = {}) => queryResources(args),

    getResourcesById: operation(
      decoding(ResourcesKey),
      ({ resources_id }) => backend.resources(resources_id),
    ),

    getLatestResources: () => getLatestResources({}),

    queryWorkers: (args = {}) => queryWorkers(args),

    getWorkerById: operation(
      decoding(WorkerKey),
      ({ worker_id }) => backend.worker(worker_id),
    ),

    updateWorker: answering(
      decoding(UpdateWorker),
      ({ worker_id, heartbeat_stats }, now) =>
        heartbeat_stats === null
          ? Promise.resolve(
            E.left(invalidArgument("heartbeat_stats", "expected a JSON object, got null")),
          )
          : affect(effectOfReport(worker_id, heartbeat_stats, now)),
      present,
    ),

    waitForRollouts: operation(
      decoding(WaitForRollouts),
      (args, _, signal) => wait(args, signal),
      "watched",
    ),

    close: () => () => closing ??= close({})(),
  };
};

/** The one span that is new, or null. */
const first = ([span]: readonly Span[]): E.Either<StoreError, Span | null> => E.right(span ?? null);

/** What an engine must have answered with. */
const present = <A>(value: A | null | undefined): E.Either<StoreError, A> =>
  value === null || value === undefined
    ? E.left(backendError("The engine gave no answer", null))
    : E.right(value);

const rolloutOf = ({ record, payload }: Changed): Rollout => ({
  ...record.rollout,
  input: payload?.input ?? null,
  metadata: payload?.metadata ?? null,
});
