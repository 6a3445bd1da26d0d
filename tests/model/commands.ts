/**
 * Random calls of the operations. A call is about records that exist by the time it is made, so it
 * is planned as a function of what the model holds then.
 */

import * as fc from "fast-check";
import type { AttemptStatus } from "../../src/model/attempt.ts";
import type { OtelSpan } from "../../src/model/otel.ts";
import type { AttemptKey, RolloutKey, UpdateRollout } from "../../src/model/requests.ts";
import type { NamedResourcesInput } from "../../src/model/resources.ts";
import type {
  EnqueueRolloutRequest,
  RolloutConfigInput,
  RolloutMode,
  RolloutStatus,
} from "../../src/model/rollout.ts";
import type { Span } from "../../src/model/span.ts";
import type { LightningStore } from "../../src/store/lightning_store.ts";
import {
  ATTEMPT_SORT_FIELDS,
  type Operation,
  RESOURCES_SORT_FIELDS,
  ROLLOUT_SORT_FIELDS,
  SPAN_SORT_FIELDS,
  WORKER_SORT_FIELDS,
} from "./reference.ts";
import type { State } from "./state.ts";

/** What each operation takes. */
export type Args = { readonly [K in Operation]: Parameters<LightningStore[K]>[0] };

/** One operation with its argument. */
export interface Call<K extends Operation = Operation> {
  readonly operation: K;
  readonly args: Args[K];
}

/** A call that is made of what the model holds. */
export type Plan = (known: State) => Call;

/** Time passes, and then calls are made in one tick. */
export interface Step {
  readonly seconds: number;
  readonly plans: readonly Plan[];
}

/** A store's options and its life. */
export interface Scenario {
  /** Whether new ids may be taken, so that the store must draw again (B-03). */
  readonly idsRepeat: boolean;
  readonly scanDebounceSeconds: number;
  readonly steps: readonly Step[];
}

/** When the life of a store begins, in seconds. */
export const START = 1000;

const optional = <A>(values: { [K in keyof A]: fc.Arbitrary<A[K]> }) =>
  fc.record<A, never>(values, { requiredKeys: [] });

const sometimes = <A>(usual: fc.Arbitrary<A>, rare: fc.Arbitrary<A>): fc.Arbitrary<A> =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: rare });

const orNull = <A>(some: fc.Arbitrary<A>): fc.Arbitrary<A | null> => fc.option(some, { freq: 3 });

/** A value that the types forbid and the store must refuse: hence the cast. */
const forbidden = <A>(...values: readonly unknown[]): fc.Arbitrary<A> =>
  fc.constantFrom(...values) as fc.Arbitrary<A>;

const worker_id = fc.constantFrom("Worker-1", "Worker-2", "worker-3");
const time = fc.nat(40).map((quarters) => START + quarters / 4);
const json = fc.constantFrom(null, 0, "text", [1, "é"], { "a.b": { $c: null } });
const metadata = fc.constantFrom({}, { note: "x", "": [1, 2] });
const resources_id = fc.constantFrom("rs-mine", "rs-other");

const mode: fc.Arbitrary<RolloutMode> = sometimes(
  fc.constantFrom("train", "val", "test"),
  forbidden("bogus"),
);

const attemptStatus: fc.Arbitrary<AttemptStatus> = fc.constantFrom(
  "preparing",
  "running",
  "failed",
  "succeeded",
  "unresponsive",
  "timeout",
);

const rolloutStatus: fc.Arbitrary<RolloutStatus> = fc.constantFrom(
  "queuing",
  "preparing",
  "running",
  "failed",
  "succeeded",
  "cancelled",
  "requeuing",
);

const limit_seconds = orNull(fc.constantFrom(0.25, 0.5, 1, 2, 0, -1));

const config: fc.Arbitrary<RolloutConfigInput> = sometimes(
  optional({
    timeout_seconds: limit_seconds,
    unresponsive_seconds: limit_seconds,
    max_attempts: fc.integer({ min: 1, max: 4 }),
    retry_condition: fc.uniqueArray(attemptStatus, { maxLength: 6 }),
  }),
  forbidden({ max_attempts: 0 }, { max_attempts: 1.5 }, { retry_condition: ["bogus"] }),
);

const request: fc.Arbitrary<EnqueueRolloutRequest> = fc.record({
  input: json,
  mode: orNull(mode),
  resources_id: fc.option(resources_id, { freq: 1 }),
  config: orNull(config),
  metadata: orNull(metadata),
}, { requiredKeys: ["input"] });

const claimant = optional({ worker_id: orNull(worker_id) });

// Which records a call is about

type Chosen<A> = fc.Arbitrary<(known: State) => A>;

const anyOf = <A>(records: readonly A[], index: number): A | undefined =>
  records[index % records.length];

const rolloutKey: Chosen<RolloutKey> = sometimes(
  fc.nat(4).map((index) => ({ rollouts }: State) => ({
    rollout_id: anyOf(rollouts, index)?.rollout_id ?? "ro-none",
  })),
  fc.constant(() => ({ rollout_id: "ro-none" })),
);

const knownAttempt: Chosen<AttemptKey> = fc.nat(6).map((index) => ({ attempts }: State) => {
  const { rollout_id, attempt_id } = anyOf(attempts, index) ??
    { rollout_id: "ro-none", attempt_id: "at-none" };
  return { rollout_id, attempt_id };
});

/** The attempt of the first choice with the rollout of the second: mostly a wrong pair. */
const crossed: Chosen<AttemptKey> = fc.tuple(knownAttempt, rolloutKey).map(
  ([attempt, rollout]) => (known: State) => ({ ...attempt(known), ...rollout(known) }),
);

const named = (...words: readonly string[]): Chosen<AttemptKey> =>
  fc.tuple(rolloutKey, fc.constantFrom(...words)).map(
    ([rollout, attempt_id]) => (known: State) => ({ ...rollout(known), attempt_id }),
  );

const attemptKey: Chosen<AttemptKey> = fc.oneof(
  { weight: 10, arbitrary: knownAttempt },
  { weight: 3, arbitrary: named("latest") },
  { weight: 1, arbitrary: named("at-none") },
  { weight: 1, arbitrary: crossed },
);

const withKey = <K extends object, A extends object>(
  key: Chosen<K>,
  rest: fc.Arbitrary<A>,
): Chosen<K & A> =>
  fc.tuple(key, rest).map(([of, values]) => (known: State) => ({ ...of(known), ...values }));

const severally = <A>(one: Chosen<A>): Chosen<readonly A[]> =>
  fc.array(one, { maxLength: 4 }).map((all) => (known: State) => all.map((of) => of(known)));

const planned = <K extends Operation>(
  operation: K,
  args: Chosen<Args[K]>,
): fc.Arbitrary<Plan> =>
  args.map((of) => (known: State): Call<K> => ({ operation, args: of(known) }));

const regardless = <A>(args: fc.Arbitrary<A>): Chosen<A> => args.map((values) => () => values);

// Spans

const span_id = fc.constantFrom("sp-1", "sp-2", "sp-3", "SP-1");
const trace_id = fc.constantFrom("tr-a", "tr-b");
/** Code points and UTF-16 units order the last two differently. */
const name = fc.constantFrom("call", "Call", "", "\uE000", "\u{1F600}");

type SpanBody = Omit<Span, keyof AttemptKey>;

const spanBody: fc.Arbitrary<SpanBody> = fc.record({
  sequence_id: fc.integer({ min: -3, max: 12 }),
  trace_id,
  span_id,
  parent_id: sometimes(orNull(span_id), forbidden(undefined)),
  name,
  status: fc.constantFrom<Span["status"][]>(
    { status_code: "OK", description: null },
    // An extra key is kept.
    Object.assign({ status_code: "ERROR", description: "no" } as const, { code: 7 }),
  ),
  attributes: sometimes(
    fc.constantFrom<Span["attributes"][]>({}, { "gen_ai.tokens": 3, tags: ["a", "b"], ok: true }),
    forbidden({ nothing: null }),
  ),
  events: fc.constantFrom<Span["events"][]>([], [{ name: "e", attributes: {}, timestamp: 1.5 }]),
  links: fc.constant([]),
  start_time: orNull(time),
  end_time: orNull(time),
  context: fc.constant(null),
  parent: fc.constant(null),
  resource: fc.constant({ attributes: { "service.name": "agent" }, schema_url: "" }),
}).chain((body) =>
  fc.constantFrom<SpanBody[]>(body, Object.assign({}, body, { kind: ["extra", null] }))
);

const span: Chosen<Span> = withKey(attemptKey, spanBody);

const otelSpan: fc.Arbitrary<OtelSpan> = fc.record({
  span_id: fc.constantFrom("00000000000000a1", "00000000000000a2"),
  name,
  code: fc.nat(2),
  child: fc.boolean(),
  endTime: fc.constantFrom<OtelSpan["endTime"][]>([1000, 250_000_000], 0, 1.5e18),
}).map(({ span_id, name, code, child, endTime }) => {
  const traceId = "0000000000000000000000000000000f";
  return {
    name,
    spanContext: () => ({ traceId, spanId: span_id }),
    ...child ? { parentSpanContext: { traceId, spanId: "00000000000000ff" } } : {},
    startTime: [1000, 0],
    endTime,
    status: { code },
    attributes: {},
    events: [],
    links: [],
    resource: { attributes: {} },
  };
});

// Resources

const resources: fc.Arbitrary<NamedResourcesInput> = sometimes(
  fc.constantFrom<NamedResourcesInput[]>(
    {},
    { main: { resource_type: "llm", endpoint: "http://h/v1", model: "m" } },
    {
      proxy: {
        resource_type: "proxy_llm",
        endpoint: "http://h",
        model: "m",
        api_key: "k",
        sampling_parameters: { temperature: 0.5 },
      },
      prompt: { resource_type: "prompt_template", template: "{x}", engine: "f-string" },
    },
  ),
  forbidden({ main: { endpoint: "http://h", model: "m" } }, { main: { resource_type: "disk" } }),
);

// Queries

const part = orNull(fc.constantFrom("", "-", "1", "2", "A", "a", "ll", "Worker", "mine"));

const filter_logic = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom<("and" | "or")[]>("and", "or") },
  { weight: 1, arbitrary: forbidden<"and">("xor") },
);

const paging = <F extends string>(fields: readonly F[]) =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: optional({
        sort_by: orNull(fc.constantFrom(...fields)),
        sort_order: fc.constantFrom<("asc" | "desc")[]>("asc", "desc"),
        limit: fc.constantFrom(-1, 0, 1, 2, 3),
        offset: fc.constantFrom(0, 1, 2, 10),
      }),
    },
    {
      weight: 1,
      arbitrary: forbidden<Record<never, never>>(
        { sort_by: "nosuch_time" },
        { sort_by: "config" },
        { sort_by: fields[0], sort_order: "up" },
        { limit: -2 },
        { offset: -1 },
      ),
    },
  );

const filtered = <A extends object, B extends object>(
  filters: fc.Arbitrary<A>,
  pages: fc.Arbitrary<B>,
): fc.Arbitrary<A & B> => fc.tuple(filters, pages).map(([a, b]) => ({ ...a, ...b }));

const statuses = orNull(
  fc.array(sometimes(rolloutStatus, forbidden<RolloutStatus>("bogus")), { maxLength: 4 }),
);

const someRollouts: Chosen<readonly string[] | null> = fc.oneof(
  severally(rolloutKey).map((of) => (known: State) =>
    of(known).map(({ rollout_id }) => rollout_id)
  ),
  fc.constant(() => null),
);

const rolloutQuery: Chosen<Args["queryRollouts"]> = fc.tuple(
  filtered(
    optional({
      status_in: statuses,
      mode_in: orNull(fc.array(mode, { maxLength: 2 })),
      status: statuses,
      rollout_id_contains: part,
      filter_logic,
    }),
    paging(ROLLOUT_SORT_FIELDS),
  ),
  someRollouts,
  someRollouts,
).map(([query, among, amongToo]) => (known: State) => ({
  ...query,
  rollout_id_in: among(known),
  rollout_ids: amongToo(known),
}));

const spanQuery: Chosen<Args["querySpans"]> = fc.tuple(
  attemptKey,
  fc.boolean(),
  filtered(
    optional({
      trace_id: orNull(trace_id),
      trace_id_contains: part,
      span_id: orNull(span_id),
      span_id_contains: part,
      parent_id: orNull(span_id),
      parent_id_contains: part,
      name: orNull(name),
      name_contains: part,
      filter_logic,
    }),
    paging(SPAN_SORT_FIELDS),
  ),
).map(([key, whole, query]) => (known: State) => ({
  ...query,
  ...key(known),
  ...whole ? { attempt_id: null } : {},
}));

const READS = [
  planned("statistics", regardless(fc.constant(undefined))),
  planned("queryRollouts", rolloutQuery),
  planned("getRolloutById", rolloutKey),
  planned("queryAttempts", withKey(rolloutKey, paging(ATTEMPT_SORT_FIELDS))),
  planned("getLatestAttempt", rolloutKey),
  planned("querySpans", spanQuery),
  planned(
    "queryResources",
    regardless(filtered(
      optional({ resources_id: orNull(resources_id), resources_id_contains: part }),
      paging(RESOURCES_SORT_FIELDS),
    )),
  ),
  planned("getResourcesById", regardless(fc.record({ resources_id }))),
  planned("getLatestResources", regardless(fc.constant(undefined))),
  planned(
    "queryWorkers",
    regardless(filtered(
      optional({
        status_in: orNull(
          fc.array(
            sometimes(fc.constantFrom("idle", "busy", "unknown"), forbidden<"idle">("bogus")),
          ),
        ),
        worker_id_contains: part,
        filter_logic,
      }),
      paging(WORKER_SORT_FIELDS),
    )),
  ),
  planned("getWorkerById", regardless(fc.record({ worker_id }))),
  planned(
    "waitForRollouts",
    severally(rolloutKey).map((of) => (known: State) => ({
      rollout_ids: of(known).map(({ rollout_id }) => rollout_id),
      timeout: 0,
    })),
  ),
];

/** Operations of one lane may share a round trip when they are called in one tick. */
const LANES = {
  inserts: [
    planned("startRollout", regardless(filtered(request, claimant))),
    planned("enqueueRollout", regardless(request)),
    planned(
      "enqueueManyRollouts",
      regardless(fc.record({ rollouts: fc.array(request, { maxLength: 4 }) })),
    ),
  ],
  claims: [
    planned("dequeueRollout", regardless(claimant)),
    planned(
      "dequeueManyRollouts",
      regardless(filtered(claimant, optional({ limit: fc.integer({ min: -1, max: 4 }) }))),
    ),
  ],
  changes: [
    planned("startAttempt", withKey(rolloutKey, claimant)),
    planned(
      "updateRollout",
      withKey(
        rolloutKey,
        optional<Omit<Required<UpdateRollout>, "rollout_id">>({
          input: json,
          mode: orNull(mode),
          resources_id: orNull(resources_id),
          status: sometimes(rolloutStatus, forbidden("bogus", null)),
          config: sometimes(config, forbidden(null)),
          metadata: orNull(metadata),
        }),
      ),
    ),
    planned(
      "updateAttempt",
      withKey(
        attemptKey,
        optional({
          status: sometimes(attemptStatus, forbidden("bogus", "cancelled", null)),
          worker_id: orNull(fc.oneof(worker_id, fc.constant(""))),
          last_heartbeat_time: orNull(fc.oneof(time, fc.constant(0))),
          metadata: orNull(metadata),
        }),
      ),
    ),
  ],
  spans: [
    planned("addSpan", span.map((of) => (known: State) => ({ span: of(known) }))),
    planned("addManySpans", severally(span).map((of) => (known: State) => ({ spans: of(known) }))),
    planned(
      "addManySpans",
      severally(span).map((of) => (known: State) => ({
        spans: of(known).map((it, i) => i % 2 === 0 ? { ...it, sequence_id: null } : it),
      })),
    ),
    planned(
      "addOtelSpan",
      withKey(
        attemptKey,
        fc.record({
          readable_span: otelSpan,
          sequence_id: orNull(fc.integer({ min: -3, max: 12 })),
        }, { requiredKeys: ["readable_span"] }),
      ),
    ),
  ],
  sequenceIds: [
    planned("getNextSpanSequenceId", attemptKey),
    planned(
      "getManySpanSequenceIds",
      severally(attemptKey).map((of) => (known: State) => ({ pairs: of(known) })),
    ),
  ],
  resources: [
    planned("addResources", regardless(fc.record({ resources }))),
    planned("updateResources", regardless(fc.record({ resources_id, resources }))),
  ],
  reports: [
    planned(
      "updateWorker",
      regardless(fc.record({
        worker_id,
        heartbeat_stats: sometimes(metadata, forbidden(null)),
      }, { requiredKeys: ["worker_id"] })),
    ),
  ],
} as const;

const WEIGHTS: Readonly<Record<keyof typeof LANES, number>> = {
  inserts: 4,
  claims: 4,
  changes: 6,
  spans: 4,
  sequenceIds: 1,
  resources: 1,
  reports: 1,
};

const perLane = <A>(arbitraryOf: (lane: fc.Arbitrary<Plan>) => fc.Arbitrary<A>) =>
  fc.oneof(
    ...Object.entries(LANES).map(([lane, plans]) => ({
      // The keys of both tables are the same.
      weight: WEIGHTS[lane as keyof typeof LANES],
      arbitrary: arbitraryOf(fc.oneof(...plans)),
    })),
  );

const plans: fc.Arbitrary<readonly Plan[]> = fc.oneof(
  { weight: 6, arbitrary: perLane((lane) => lane.map((plan) => [plan])) },
  { weight: 3, arbitrary: perLane((lane) => fc.array(lane, { minLength: 2, maxLength: 4 })) },
  { weight: 2, arbitrary: fc.oneof(...READS).map((plan) => [plan]) },
);

/** Mostly no time passes; where it does, it hits deadlines exactly and passes them. */
const seconds = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }).map((quarters) => quarters / 4) },
);

export const scenario: fc.Arbitrary<Scenario> = fc.record({
  idsRepeat: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
  scanDebounceSeconds: fc.constantFrom(0, 0.25, 1),
  steps: fc.tuple(
    fc.record({
      seconds: fc.constant(0),
      plans: fc.array(fc.oneof(...LANES.inserts), { minLength: 1, maxLength: 3 }),
    }),
    fc.array(fc.record({ seconds, plans }), { maxLength: 30, size: "max" }),
  ).map(([birth, life]) => [birth, ...life]),
});
