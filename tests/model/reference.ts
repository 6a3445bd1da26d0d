/**
 * A naive model of the whole store: plain lists, linear scans, one thing after another. It is
 * written from the contract alone and shares no code with the store, so where the two differ, one
 * of them is wrong. The numbers in comments are the contract's.
 */

import type { Attempt, AttemptStatus } from "../../src/model/attempt.ts";
import type { StoreError } from "../../src/model/errors.ts";
import type { OtelSpan, OtelTime } from "../../src/model/otel.ts";
import type {
  AttemptSortField,
  ResourcesSortField,
  RolloutSortField,
  SpanSortField,
  WorkerSortField,
} from "../../src/model/query.ts";
import type {
  NamedResources,
  NamedResourcesInput,
  ResourcesUpdate as Resources,
} from "../../src/model/resources.ts";
import type {
  AttemptedRollout,
  EnqueueRolloutRequest,
  Rollout,
  RolloutConfig,
  RolloutConfigInput,
  RolloutStatus,
} from "../../src/model/rollout.ts";
import type { NewSpanInput, Span } from "../../src/model/span.ts";
import type { Worker } from "../../src/model/worker.ts";
import type { LightningStore, StoreTask } from "../../src/store/lightning_store.ts";
import {
  areModes,
  areResources,
  areRolloutStatuses,
  areWorkerStatuses,
  isAttemptUpdate,
  isNewRollout,
  isRolloutUpdate,
  isSpan,
} from "./fitness.ts";
import { allows, contains, equals, isAmong, isAnswerable, pageOf } from "./listing.ts";
import type { State } from "./state.ts";

/** The operations that the model answers. */
export type Operation = Exclude<
  keyof LightningStore,
  "capabilities" | "otlpTracesEndpoint" | "close"
>;

/** What an operation answers: its result, or the tag of its error. */
export type Outcome<A> = { readonly ok: A } | { readonly error: StoreError["_tag"] };

/** The face of a store, without its tasks. */
export type Reference = {
  readonly [K in Operation]: LightningStore[K] extends (...args: infer P) => StoreTask<infer A>
    ? (...args: P) => Outcome<K extends "statistics" ? Totals : A>
    : never;
};

/** What statistics are the same in every store. */
export interface Totals {
  readonly total_rollouts: number;
  readonly total_attempts: number;
  readonly total_spans: number;
  readonly total_resources: number;
  readonly total_workers: number;
}

/** Where the model's time and ids come from. */
export interface Source {
  readonly now: () => number;
  readonly ids: {
    readonly rollout: () => string;
    readonly attempt: () => string;
    readonly resources: () => string;
  };
  /** In which order the rollouts go whose attempts expire in one scan: the contract leaves it open. */
  readonly expiryOrder: () => readonly string[];
  readonly scanDebounceSeconds: number;
}

/** The model over a state, which its operations replace part by part. */
export const reference = (
  state: State,
  { now, ids, expiryOrder, scanDebounceSeconds }: Source,
): Reference => {
  const rolloutOf = (id: string) => state.rollouts.find(({ rollout_id }) => rollout_id === id);

  const attemptsOf = (id: string) => state.attempts.filter(({ rollout_id }) => rollout_id === id);

  const latestOf = (id: string) => attemptsOf(id).at(-1);

  const attemptOf = (rolloutId: string, attemptId: string) =>
    attemptsOf(rolloutId).find(({ attempt_id }) => attempt_id === attemptId);

  const workerOf = (id: string) => state.workers.find(({ worker_id }) => worker_id === id);

  const resourcesOf = (id: string) =>
    state.resources.find(({ resources_id }) => resources_id === id);

  const putRollout = (next: Rollout) => {
    state.rollouts = putBy(state.rollouts, next, (a, b) => a.rollout_id === b.rollout_id);
  };

  const putAttempt = (next: Attempt) => {
    state.attempts = putBy(state.attempts, next, isSameAttempt);
  };

  const putWorker = (next: Worker) => {
    state.workers = putBy(state.workers, next, (a, b) => a.worker_id === b.worker_id);
  };

  const putResources = (next: Resources) => {
    state.resources = putBy(state.resources, next, (a, b) => a.resources_id === b.resources_id);
    state.latestResources = next.resources_id;
    return next;
  };

  const withLatest = (rollout: Rollout): Rollout | AttemptedRollout => {
    const attempt = latestOf(rollout.rollout_id);
    return attempt === undefined ? rollout : { ...rollout, attempt };
  };

  // 2.3

  const newRollout = (request: EnqueueRolloutRequest, status: RolloutStatus): Rollout => {
    const rollout: Rollout = {
      rollout_id: ids.rollout(),
      input: request.input,
      start_time: now(),
      end_time: null,
      mode: request.mode ?? null,
      resources_id: request.resources_id ?? state.latestResources,
      status,
      config: fullConfig(request.config ?? {}),
      metadata: request.metadata ?? {},
    };
    putRollout(rollout);
    return rollout;
  };

  const enqueue = (request: EnqueueRolloutRequest): Rollout => {
    const rollout = newRollout(request, "queuing");
    state.queue = [...state.queue, rollout.rollout_id];
    return rollout;
  };

  const newAttempt = (rollout_id: string, worker_id: string | null): Attempt => {
    const attempt: Attempt = {
      rollout_id,
      attempt_id: ids.attempt(),
      sequence_id: attemptsOf(rollout_id).length + 1,
      start_time: now(),
      end_time: null,
      status: "preparing",
      worker_id,
      last_heartbeat_time: null,
      metadata: null,
    };
    putAttempt(attempt);
    return attempt;
  };

  // 2.4

  const claim = (worker_id: string | null): AttemptedRollout | null => {
    while (state.queue.length > 0) {
      const [head, ...rest] = state.queue;
      state.queue = rest;
      const rollout = state.rollouts.find(({ rollout_id }) => rollout_id === head);
      if (rollout !== undefined && isQueued(rollout.status)) {
        const attempt = newAttempt(rollout.rollout_id, worker_id);
        return { ...setStatus(rollout, "preparing"), attempt };
      }
    }
    return null;
  };

  const claimUpTo = (limit: number, worker_id: string | null): readonly AttemptedRollout[] => {
    if (limit <= 0) return [];
    const claims: AttemptedRollout[] = [];
    while (claims.length < limit) {
      const claimed = claim(worker_id);
      if (claimed === null) break;
      claims.push(claimed);
    }
    const last = claims.at(-1);
    if (last !== undefined) sync(last.attempt);
    if (worker_id !== null) {
      if (last === undefined) setIdle(worker_id);
      putWorker({ ...knownOrNew(worker_id), last_dequeue_time: now() });
    }
    return claims;
  };

  const setIdle = (worker_id: string) => {
    const worker = knownOrNew(worker_id);
    if (worker.status !== "idle") putWorker({ ...worker, ...released("idle", now()) });
  };

  // 2.5 and 3.2

  const setStatus = (rollout: Rollout, status: RolloutStatus): Rollout => {
    const next = { ...rollout, status, end_time: isTerminal(status) ? now() : null };
    putRollout(next);
    if (isQueued(status) && !state.queue.includes(rollout.rollout_id)) {
      state.queue = [...state.queue, rollout.rollout_id];
    }
    return next;
  };

  // 2.6 and 3.3

  const setAttemptStatus = (attempt: Attempt, status: AttemptStatus): Attempt => {
    const isOver = status === "succeeded" || status === "failed";
    const next = { ...attempt, status, end_time: isOver ? now() : attempt.end_time };
    putAttempt(next);
    const rollout = rolloutOf(next.rollout_id)!;
    if (latestOf(next.rollout_id) === next && rollout.status !== "cancelled") {
      const derived = derive(next, rollout.config);
      if (derived !== rollout.status) setStatus(rollout, derived);
    }
    return next;
  };

  // 3.6

  const knownOrNew = (worker_id: string): Worker =>
    workerOf(worker_id) ?? {
      worker_id,
      status: "unknown",
      heartbeat_stats: null,
      last_heartbeat_time: null,
      last_dequeue_time: null,
      last_busy_time: null,
      last_idle_time: null,
      current_rollout_id: null,
      current_attempt_id: null,
    };

  const sync = (attempt: Attempt) => {
    const { worker_id, rollout_id, attempt_id, status } = attempt;
    if (worker_id === null) return;
    const worker = knownOrNew(worker_id);
    if (status === "preparing" || status === "running") {
      putWorker({
        ...worker,
        status: "busy",
        last_busy_time: now(),
        current_rollout_id: rollout_id,
        current_attempt_id: attempt_id,
      });
    } else if (worker.current_attempt_id === null || isOn(worker, attempt)) {
      const isOver = status === "succeeded" || status === "failed";
      putWorker({ ...worker, ...released(isOver ? "idle" : "unknown", now()) });
    }
  };

  /** B-11 */
  const releaseFormer = (attempt: Attempt) => {
    const worker = attempt.worker_id === null ? undefined : workerOf(attempt.worker_id);
    if (worker !== undefined && isOn(worker, attempt)) {
      putWorker({ ...worker, ...released("idle", now()) });
    }
  };

  // 2.7 and 3.4

  const storeSpans = (spans: readonly NewSpanInput[]): Outcome<readonly Span[]> => {
    if (spans.some(({ rollout_id, attempt_id }) => !attemptOf(rollout_id, attempt_id))) {
      return { error: "NotFound" };
    }
    const stored: Span[] = [];
    for (const { sequence_id: wanted, ...fields } of spans) {
      const span = { ...fields, sequence_id: wanted ?? allocate(fields.rollout_id) };
      raiseCounter(span.rollout_id, span.sequence_id);
      if (!state.spans.some((other) => isSameSpan(other, span))) {
        state.spans = [...state.spans, span];
        stored.push(span);
      }
    }
    for (const attempt of attemptsInOrder(spans)) {
      if (stored.some((span) => isSameAttempt(span, attempt))) heartbeat(attempt);
    }
    return { ok: stored };
  };

  const storeSpan = (span: NewSpanInput): Outcome<Span | null> =>
    mapOk(storeSpans([span]), ([stored]) => stored ?? null);

  /** The attempts of spans, in the order in which they first appear. */
  const attemptsInOrder = (spans: readonly NewSpanInput[]): readonly Attempt[] =>
    spans
      .filter((span, i) => spans.findIndex((other) => isSameAttempt(other, span)) === i)
      .map(({ rollout_id, attempt_id }) => attemptOf(rollout_id, attempt_id)!);

  const heartbeat = (attempt: Attempt) => {
    const revives = attempt.status === "preparing" || attempt.status === "unresponsive";
    const next: Attempt = {
      ...attempt,
      status: revives ? "running" : attempt.status,
      last_heartbeat_time: now(),
    };
    putAttempt(next);
    if (revives && next.worker_id !== null && next.worker_id !== "") {
      // B-09, but a worker is not taken off another attempt.
      const worker = knownOrNew(next.worker_id);
      if (worker.current_attempt_id === null || isOn(worker, next)) sync(next);
    }
    const rollout = rolloutOf(next.rollout_id)!;
    if (
      latestOf(next.rollout_id) === next && next.status === "running" &&
      (rollout.status === "preparing" || rollout.status === "requeuing")
    ) setStatus(rollout, "running");
  };

  // 6

  const counterOf = (rollout_id: string) => state.counters.get(rollout_id) ?? 0;

  const setCounter = (rollout_id: string, value: number) => {
    state.counters = new Map([...state.counters, [rollout_id, value]]);
  };

  const raiseCounter = (rollout_id: string, least: number) =>
    setCounter(rollout_id, Math.max(counterOf(rollout_id), least));

  const allocate = (rollout_id: string): number => {
    setCounter(rollout_id, counterOf(rollout_id) + 1);
    return counterOf(rollout_id);
  };

  // 4

  const scan = () => {
    const at = now();
    if (scanDebounceSeconds > 0 && at - state.lastScan < scanDebounceSeconds) return;
    state.lastScan = at;
    for (const attempt of overdue(at)) {
      const next = setAttemptStatus(attempt, expiry(attempt, at)!);
      if (next.worker_id !== "") sync(next);
    }
  };

  const overdue = (at: number): readonly Attempt[] => {
    const order = expiryOrder();
    return state.rollouts
      .filter(({ status }) => status === "preparing" || status === "running")
      .flatMap(({ rollout_id }) => latestOf(rollout_id) ?? [])
      .filter((attempt) => expiry(attempt, at) !== null)
      .toSorted((a, b) => order.indexOf(a.rollout_id) - order.indexOf(b.rollout_id));
  };

  const expiry = (attempt: Attempt, at: number): AttemptStatus | null => {
    if (attempt.status !== "preparing" && attempt.status !== "running") return null;
    const { timeout_seconds, unresponsive_seconds } = rolloutOf(attempt.rollout_id)!.config;
    if (timeout_seconds !== null && at > attempt.start_time + timeout_seconds) return "timeout";
    const lastSign = attempt.last_heartbeat_time ?? attempt.start_time;
    return unresponsive_seconds !== null && at > lastSign + unresponsive_seconds
      ? "unresponsive"
      : null;
  };

  /** Answers once the arguments fit; an operation marked W looks for overdue attempts first. */
  const answer = <A>(
    { fits = true, answerable = true, scans }: {
      readonly fits?: boolean;
      readonly answerable?: boolean;
      readonly scans: boolean;
    },
    operation: () => Outcome<A>,
  ): Outcome<A> => {
    if (!fits) return { error: "Validation" };
    if (!answerable) return { error: "InvalidArgument" };
    if (scans) scan();
    return operation();
  };

  const ok = <A>(value: A): Outcome<A> => ({ ok: value });

  return {
    statistics: () =>
      ok({
        total_rollouts: state.rollouts.length,
        total_attempts: state.attempts.length,
        total_spans: state.spans.length,
        total_resources: state.resources.length,
        total_workers: state.workers.length,
      }),

    startRollout: (args) =>
      answer({ fits: isNewRollout(args), scans: true }, () => {
        const rollout = newRollout(args, "preparing");
        const attempt = newAttempt(rollout.rollout_id, args.worker_id ?? null);
        sync(attempt);
        return ok({ ...rollout, attempt });
      }),

    enqueueRollout: (args) =>
      answer({ fits: isNewRollout(args), scans: true }, () => ok(enqueue(args))),

    enqueueManyRollouts: ({ rollouts }) =>
      answer(
        { fits: rollouts.every(isNewRollout), scans: true },
        () => ok(rollouts.map(enqueue)),
      ),

    dequeueRollout: ({ worker_id = null } = {}) =>
      answer({ scans: true }, () => ok(claimUpTo(1, worker_id)[0] ?? null)),

    dequeueManyRollouts: ({ limit = 1, worker_id = null } = {}) =>
      answer({ scans: true }, () => ok(claimUpTo(limit, worker_id))),

    startAttempt: ({ rollout_id, worker_id = null }) =>
      answer({ scans: true }, () => {
        const rollout = rolloutOf(rollout_id);
        if (rollout === undefined) return { error: "NotFound" };
        const attempt = newAttempt(rollout_id, worker_id);
        sync(attempt);
        return ok({ ...setStatus(rollout, "preparing"), attempt });
      }),

    queryRollouts: (args = {}) =>
      answer({
        fits: areRolloutStatuses(args.status_in) && areRolloutStatuses(args.status) &&
          areModes(args.mode_in),
        answerable: isAnswerable(args, ROLLOUT_SORT_FIELDS),
        scans: true,
      }, () => {
        const matching = state.rollouts.filter(({ rollout_id, status, mode }) =>
          allows(args.filter_logic, [
            isAmong(status, args.status_in ?? args.status),
            isAmong(mode, args.mode_in),
            isAmong(rollout_id, args.rollout_id_in ?? args.rollout_ids),
            contains(rollout_id, args.rollout_id_contains),
          ])
        );
        return ok(pageOf(matching.map(withLatest), args));
      }),

    getRolloutById: ({ rollout_id }) =>
      answer({ scans: true }, () => {
        const rollout = rolloutOf(rollout_id);
        return ok(rollout === undefined ? null : withLatest(rollout));
      }),

    updateRollout: (args) =>
      answer({ fits: isRolloutUpdate(args), scans: true }, () => {
        const { rollout_id, status, config, ...patch } = args;
        const rollout = rolloutOf(rollout_id);
        if (rollout === undefined) return { error: "NotFound" };
        const next: Rollout = {
          ...rollout,
          ...patch,
          ...config === undefined ? {} : { config: fullConfig(config) },
        };
        putRollout(next);
        return ok(status === undefined ? next : setStatus(next, status));
      }),

    queryAttempts: ({ sort_by = "sequence_id", ...args }) =>
      answer(
        { answerable: isAnswerable({ ...args, sort_by }, ATTEMPT_SORT_FIELDS), scans: true },
        () => ok(pageOf(attemptsOf(args.rollout_id), { ...args, sort_by })),
      ),

    getLatestAttempt: ({ rollout_id }) =>
      answer({ scans: true }, () => ok(latestOf(rollout_id) ?? null)),

    updateAttempt: (args) =>
      answer({ fits: isAttemptUpdate(args), scans: true }, () => {
        const { rollout_id, attempt_id, status, ...patch } = args;
        const former = attempt_id === "latest"
          ? latestOf(rollout_id)
          : attemptOf(rollout_id, attempt_id);
        if (former === undefined) return { error: "NotFound" };
        const patched: Attempt = { ...former, ...patch };
        putAttempt(patched);
        const attempt = status === undefined ? patched : setAttemptStatus(patched, status);
        const moves = Boolean(patch.worker_id);
        if (moves && patch.worker_id !== former.worker_id) releaseFormer(former);
        if (moves || (status !== undefined && attempt.worker_id !== "")) sync(attempt);
        return ok(attempt);
      }),

    addSpan: ({ span }) => answer({ fits: isSpan(span), scans: false }, () => storeSpan(span)),

    addManySpans: ({ spans }) =>
      answer({ fits: spans.every(isSpan), scans: false }, () => storeSpans(spans)),

    addOtelSpan: ({ rollout_id, attempt_id, readable_span, sequence_id = null }) =>
      answer(
        { scans: false },
        () =>
          attemptOf(rollout_id, attempt_id) === undefined ? { error: "NotFound" } : storeSpan({
            rollout_id,
            attempt_id,
            sequence_id,
            ...fromOtel(readable_span),
          }),
      ),

    querySpans: ({ sort_by = "sequence_id", ...args }) =>
      answer(
        { answerable: isAnswerable({ ...args, sort_by }, SPAN_SORT_FIELDS), scans: true },
        () => {
          const attempt = args.attempt_id === "latest"
            ? latestOf(args.rollout_id)?.attempt_id
            : args.attempt_id ?? null;
          const inScope = state.spans.filter(({ rollout_id, attempt_id }) =>
            rollout_id === args.rollout_id && (attempt === null || attempt === attempt_id)
          );
          const matching = inScope.filter((span) =>
            allows(args.filter_logic, [
              equals(span.trace_id, args.trace_id),
              contains(span.trace_id, args.trace_id_contains),
              equals(span.span_id, args.span_id),
              contains(span.span_id, args.span_id_contains),
              equals(span.parent_id, args.parent_id),
              contains(span.parent_id, args.parent_id_contains),
              equals(span.name, args.name),
              contains(span.name, args.name_contains),
            ])
          );
          return ok(pageOf(matching, { ...args, sort_by }));
        },
      ),

    getNextSpanSequenceId: ({ rollout_id }) =>
      answer({ scans: false }, () => ok(allocate(rollout_id))),

    getManySpanSequenceIds: ({ pairs }) =>
      answer({ scans: false }, () => ok(pairs.map(({ rollout_id }) => allocate(rollout_id)))),

    addResources: ({ resources }) =>
      answer({ fits: areResources(resources), scans: false }, () =>
        ok(putResources({
          resources_id: ids.resources(),
          create_time: now(),
          update_time: now(),
          version: 1,
          resources: fullResources(resources),
        }))),

    updateResources: ({ resources_id, resources }) =>
      answer({ fits: areResources(resources), scans: true }, () => {
        const former = resourcesOf(resources_id);
        return ok(putResources({
          resources_id,
          create_time: former?.create_time ?? now(),
          update_time: now(),
          version: (former?.version ?? 0) + 1,
          resources: fullResources(resources),
        }));
      }),

    queryResources: (args = {}) =>
      answer(
        { answerable: isAnswerable(args, RESOURCES_SORT_FIELDS), scans: false },
        () => {
          const matching = state.resources.filter(({ resources_id }) =>
            allows("and", [
              equals(resources_id, args.resources_id),
              contains(resources_id, args.resources_id_contains),
            ])
          );
          return ok(pageOf(matching, args));
        },
      ),

    getResourcesById: ({ resources_id }) => ok(resourcesOf(resources_id) ?? null),

    getLatestResources: () =>
      ok(state.latestResources === null ? null : resourcesOf(state.latestResources) ?? null),

    queryWorkers: (args = {}) =>
      answer({
        fits: areWorkerStatuses(args.status_in),
        answerable: isAnswerable(args, WORKER_SORT_FIELDS),
        scans: true,
      }, () => {
        const matching = state.workers.filter(({ worker_id, status }) =>
          allows(args.filter_logic, [
            isAmong(status, args.status_in),
            contains(worker_id, args.worker_id_contains),
          ])
        );
        return ok(pageOf(matching, args));
      }),

    getWorkerById: ({ worker_id }) => ok(workerOf(worker_id) ?? null),

    updateWorker: (args) =>
      answer({ answerable: args.heartbeat_stats !== null, scans: false }, () => {
        putWorker({ ...knownOrNew(args.worker_id), ...args, last_heartbeat_time: now() });
        return ok(knownOrNew(args.worker_id));
      }),

    /** Only the look, not the wait: nothing else happens while a synchronous function waits. */
    waitForRollouts: ({ rollout_ids }) =>
      answer({ scans: true }, () =>
        ok(
          rollout_ids.flatMap((id) => rolloutOf(id) ?? [])
            .filter(({ status }) => isTerminal(status)),
        )),
  };
};

export const ROLLOUT_SORT_FIELDS: readonly RolloutSortField[] = [
  "rollout_id",
  "start_time",
  "end_time",
  "mode",
  "resources_id",
  "status",
  "attempt_id",
  "worker_id",
  "last_heartbeat_time",
  "duration",
];

export const ATTEMPT_SORT_FIELDS: readonly AttemptSortField[] = [
  "rollout_id",
  "attempt_id",
  "sequence_id",
  "start_time",
  "end_time",
  "status",
  "worker_id",
  "last_heartbeat_time",
];

export const SPAN_SORT_FIELDS: readonly SpanSortField[] = [
  "rollout_id",
  "attempt_id",
  "sequence_id",
  "trace_id",
  "span_id",
  "parent_id",
  "name",
  "start_time",
  "end_time",
  "status_code",
  "duration",
];

export const RESOURCES_SORT_FIELDS: readonly ResourcesSortField[] = [
  "resources_id",
  "create_time",
  "update_time",
  "version",
];

export const WORKER_SORT_FIELDS: readonly WorkerSortField[] = [
  "worker_id",
  "status",
  "last_heartbeat_time",
  "last_dequeue_time",
  "last_busy_time",
  "last_idle_time",
  "current_rollout_id",
  "current_attempt_id",
];

const isQueued = (status: RolloutStatus) => status === "queuing" || status === "requeuing";

const isTerminal = (status: RolloutStatus) =>
  status === "succeeded" || status === "failed" || status === "cancelled";

const derive = (attempt: Attempt, config: RolloutConfig): RolloutStatus => {
  const { status, sequence_id } = attempt;
  if (status === "preparing" || status === "running" || status === "succeeded") return status;
  return config.retry_condition.includes(status) && sequence_id < config.max_attempts
    ? "requeuing"
    : "failed";
};

const fullConfig = (config: RolloutConfigInput): RolloutConfig => ({
  timeout_seconds: null,
  unresponsive_seconds: null,
  max_attempts: 1,
  retry_condition: [],
  ...config,
});

const fullResources = (resources: NamedResourcesInput): NamedResources =>
  Object.fromEntries(
    Object.entries(resources).map(([name, resource]) => [
      name,
      resource.resource_type === "prompt_template"
        ? resource
        : { api_key: null, sampling_parameters: {}, ...resource },
    ]),
  );

type AttemptId = Pick<Attempt, "rollout_id" | "attempt_id">;

const isSameAttempt = (a: AttemptId, b: AttemptId) =>
  a.rollout_id === b.rollout_id && a.attempt_id === b.attempt_id;

const isSameSpan = (a: Span, b: Span) => isSameAttempt(a, b) && a.span_id === b.span_id;

const isOn = (worker: Worker, { rollout_id, attempt_id }: AttemptId) =>
  worker.current_rollout_id === rollout_id && worker.current_attempt_id === attempt_id;

const released = (status: "idle" | "unknown", last_idle_time: number) => ({
  status,
  last_idle_time,
  current_rollout_id: null,
  current_attempt_id: null,
});

/** Replaces the record that is the same as `next`, or appends it. */
const putBy = <A>(records: readonly A[], next: A, isSame: (a: A, b: A) => boolean) =>
  records.some((record) => isSame(record, next))
    ? records.map((record) => isSame(record, next) ? next : record)
    : [...records, next];

const mapOk = <A, B>(outcome: Outcome<A>, map: (value: A) => B): Outcome<B> =>
  "ok" in outcome ? { ok: map(outcome.ok) } : outcome;

/** 1.11, without the members of a span that the commands never set. */
const fromOtel = (span: OtelSpan): Omit<Span, "rollout_id" | "attempt_id" | "sequence_id"> => {
  const { traceId, spanId } = span.spanContext();
  const trace_id = traceId.padStart(32, "0");
  const contextOf = (span_id: string) => ({
    trace_id,
    span_id,
    is_remote: false,
    trace_state: {},
  });
  const span_id = spanId.padStart(16, "0");
  const parent_id = span.parentSpanContext?.spanId.padStart(16, "0") ?? null;
  return {
    trace_id,
    span_id,
    parent_id,
    name: span.name,
    status: {
      status_code: (["UNSET", "OK", "ERROR"] as const)[span.status.code] ?? "UNSET",
      description: span.status.message ?? null,
    },
    attributes: {},
    events: [],
    links: [],
    start_time: fromOtelTime(span.startTime),
    end_time: fromOtelTime(span.endTime),
    context: contextOf(span_id),
    parent: parent_id === null ? null : contextOf(parent_id),
    resource: { attributes: {}, schema_url: "" },
  };
};

const fromOtelTime = (time: OtelTime): number | null => {
  const value = typeof time === "number" ? time : time[0] + time[1] / 1e9;
  return value === 0 ? null : value > 1e12 ? value / 1e9 : value;
};
