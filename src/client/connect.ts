/** A store on a server: the same record of functions, over HTTP. */

import { spanOfOtel } from "../core/otel.ts";
import { isQueued } from "../core/status.ts";
import { E, pipe, TE } from "../deps/fp.ts";
import { Attempt } from "../model/attempt.ts";
import { type Decoder, list, nullable } from "../model/codec.ts";
import { backendError, type StoreError, unsupported } from "../model/errors.ts";
import { AddOtelSpan } from "../model/otel.ts";
import {
  AttemptQuery,
  type Page,
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
  EnqueueManyRollouts,
  ManySpanSequenceIds,
  ResourcesKey,
  RolloutKey,
  StartAttempt,
  UpdateAttempt,
  UpdateResources,
  UpdateRollout,
  UpdateWorker,
  WorkerKey,
} from "../model/requests.ts";
import { ResourcesUpdate } from "../model/resources.ts";
import {
  AttemptedRollout,
  EnqueueRolloutRequest,
  Rollout,
  StartRollout,
} from "../model/rollout.ts";
import { Statistics } from "../model/statistics.ts";
import { Worker } from "../model/worker.ts";
import type { LightningStore, StoreTask } from "../store/lightning_store.ts";
import {
  AttemptPage,
  EitherRollout,
  ResourcesPage,
  RolloutPage,
  SpanPage,
  WorkerPage,
} from "../wire/answers.ts";
import { asking, pageOfQuery } from "./asking.ts";
import { clientClaims } from "./claim.ts";
import { addressed, judged } from "./judging.ts";
import { checkOptions, type Connection, type ConnectOptions } from "./options.ts";
import { spanBatches } from "./span_batches.ts";
import { transport } from "./transport.ts";
import { clientWait } from "./wait.ts";

/**
 * Connects to a store that a server holds. Nothing is sent before an operation is run.
 *
 * A request whose answer is lost is made again where twice is as once, or where the server tells the
 * second time by its key; a claim never is. A server of agent-lightning knows no keys: it is not asked
 * again for what makes something, nor for an update of the `latest` attempt or one that puts a rollout
 * back into the queue. A call whose signal ends is over at once, and a wait lasts no longer than its
 * time and one request. `close` ends what waits.
 *
 * An operation that gets no answer is `Backend`. So is one that a redirect answers, which is not
 * followed, since an update may come of it that updates nothing. One that names a record by an id that
 * no URL holds, which are the empty one, `.` and `..`, is `InvalidArgument`; so is an update of a
 * record by the id `search`, which is a query's path. `mode_in` is `Unsupported` where a server of
 * agent-lightning has passed it over. `connectStore` answers `InvalidArgument` itself for something
 * that is no URL of a server, and for an option that cannot be used.
 *
 * @example
 * ```ts
 * import { connectStore, createStore, httpApp, memory } from "@lightning/store";
 *
 * const app = httpApp(createStore(memory()));
 * const connected = connectStore("http://localhost:4747", { fetch: app }); // no network here
 * if (connected._tag === "Right") {
 *   const outcome = await connected.right.enqueueRollout({ input: "2 + 2" })();
 *   console.log(outcome._tag); // Right
 * }
 * ```
 */
export const connectStore = (
  url: string,
  options: ConnectOptions = {},
): E.Either<StoreError, LightningStore> => pipe(checkOptions(url, options), E.map(storeOf));

/** The store at the other end of a connection. */
const storeOf = (connection: Connection): LightningStore => {
  const server = transport(connection);
  const ask = asking(server, connection.numbers);
  const { get, post } = ask;
  const spans = spanBatches(ask, server.isOurs);

  const query = <A, Q extends { readonly limit?: number }>(
    codec: Decoder<Page<A>>,
    path: string,
    args: Q,
  ): StoreTask<Page<A>> =>
    pageOfQuery(args.limit, (limit) => post(codec, path, { ...args, ...limit }));

  const claim = clientClaims(ask, server.isOurs);

  /** What a server of agent-lightning has answered as if nobody had asked for it is no answer. */
  const oursAlone = (filter: string) => <A>(asked: StoreTask<A>): StoreTask<A> =>
    pipe(
      asked,
      TE.chain((answer) => async () =>
        await server.isOurs() === false
          ? E.left(
            unsupported(`The server knows no ${filter}; ask without it, and choose from all`),
          )
          : E.right(answer)
      ),
    );

  // The wire knows the newer names of two filters only.
  const queryRollouts = judged(
    RolloutQuery,
    ({ status, rollout_ids, ...args }, { mode_in }) =>
      pipe(
        query(RolloutPage, "/rollouts/search", {
          ...args,
          status_in: args.status_in ?? status ?? null,
          rollout_id_in: args.rollout_id_in ?? rollout_ids ?? null,
        }),
        mode_in === null ? (page) => page : oursAlone("mode_in"),
      ),
  );

  // The one query that every server knows by GET, and only ours by POST.
  const queryResources = judged(
    ResourcesQuery,
    (_, meant) =>
      pageOfQuery(
        meant.limit,
        (limit) => get(ResourcesPage, `/resources?${inQuery({ ...meant, ...limit })}`),
      ),
  );

  const queryWorkers = judged(WorkerQuery, (args) => query(WorkerPage, "/workers/search", args));

  return {
    capabilities: { thread_safe: true, async_safe: true, zero_copy: false, otlp_traces: true },

    statistics: () => get(Statistics, "/statistics"),

    otlpTracesEndpoint: () => TE.right(connection.traces),

    startRollout: judged(
      StartRollout,
      (args) => post(AttemptedRollout, "/rollouts", args, WITH_KEY),
    ),

    enqueueRollout: judged(EnqueueRolloutRequest, (args) =>
      pipe(
        post(list(Rollout), "/queues/rollouts/enqueue", { rollouts: [args] }, WITH_KEY),
        TE.mapLeft(withinFirst("rollouts[0]")),
        TE.chain(([rollout]) => rollout === undefined ? TE.left(NOTHING) : TE.right(rollout)),
      )),

    enqueueManyRollouts: judged(
      EnqueueManyRollouts,
      (args) => post(list(Rollout), "/queues/rollouts/enqueue", args, WITH_KEY),
    ),

    dequeueRollout: (args = {}, options) => claim.one(args, options),

    dequeueManyRollouts: (args = {}, options) => claim.many(args, options),

    startAttempt: addressed(
      StartAttempt,
      "/rollouts/:rollout_id/attempts",
      (path, body) => post(AttemptedRollout, path, body, WITH_KEY),
    ),

    queryRollouts: (args = {}) => queryRollouts(args),

    getRolloutById: addressed(
      RolloutKey,
      "/rollouts/:rollout_id",
      (path) => get(nullable(EitherRollout), path),
    ),

    updateRollout: addressed(
      UpdateRollout,
      "/rollouts/:rollout_id",
      // Between the first time and the second one, somebody may have claimed it.
      (path, patch, { status }) =>
        post(
          Rollout,
          path,
          patch,
          status !== undefined && isQueued(status) ? WITH_KEY : KEY_OR_NOT,
        ),
      SEARCH,
    ),

    queryAttempts: addressed(
      AttemptQuery,
      "/rollouts/:rollout_id/attempts/search",
      (path, args) => query(AttemptPage, path, args),
    ),

    getLatestAttempt: addressed(
      RolloutKey,
      "/rollouts/:rollout_id/attempts/latest",
      (path) => get(nullable(Attempt), path),
    ),

    updateAttempt: addressed(
      UpdateAttempt,
      "/rollouts/:rollout_id/attempts/:attempt_id",
      // The latest one may be another one the second time.
      (path, patch, { attempt_id }) =>
        post(Attempt, path, patch, attempt_id === LATEST ? WITH_KEY : KEY_OR_NOT),
      SEARCH,
    ),

    addSpan: judged(AddSpan, ({ span }) => spans.add(span)),

    addManySpans: judged(AddManySpans, spans.addMany),

    addOtelSpan: judged(
      AddOtelSpan,
      (_, { sequence_id, ...it }) =>
        pipe(
          spanOfOtel({ ...it, sequence_id: sequence_id ?? 0 }),
          E.map((span) => ({ spans: [{ ...span, sequence_id }] })),
          E.match(
            (error) => TE.left(error),
            (args) => pipe(spans.addMany(args, args), TE.map(([span]) => span ?? null)),
          ),
        ),
    ),

    querySpans: judged(SpanQuery, (args) => query(SpanPage, "/spans/search", args)),

    getNextSpanSequenceId: judged(AttemptKey, spans.next),

    getManySpanSequenceIds: judged(ManySpanSequenceIds, spans.nextMany),

    addResources: judged(
      AddResources,
      ({ resources }) => post(ResourcesUpdate, "/resources", resources, RESOURCES),
    ),

    updateResources: addressed(
      UpdateResources,
      "/resources/:resources_id",
      (path, { resources }) => post(ResourcesUpdate, path, resources, RESOURCES),
      SEARCH,
    ),

    queryResources: (args = {}) => queryResources(args),

    getResourcesById: addressed(
      ResourcesKey,
      "/resources/:resources_id",
      // At its own path, whatever was written last is read.
      (path, _, { resources_id }) =>
        resources_id === LATEST
          ? pipe(
            get(ResourcesPage, `/resources?${inQuery({ resources_id })}`),
            TE.map(({ items: [resources] }) => resources ?? null),
          )
          : get(nullable(ResourcesUpdate), path),
    ),

    getLatestResources: () => get(nullable(ResourcesUpdate), "/resources/latest"),

    queryWorkers: (args = {}) => queryWorkers(args),

    getWorkerById: addressed(
      WorkerKey,
      "/workers/:worker_id",
      (path) => get(nullable(Worker), path),
    ),

    updateWorker: addressed(
      UpdateWorker,
      "/workers/:worker_id",
      (path, report) => post(Worker, path, report),
      SEARCH,
    ),

    waitForRollouts: clientWait(ask, server.isOurs),

    close: () => () => {
      server.close();
      return Promise.resolve(E.right(undefined));
    },
  };
};

/** Again with the key of the first time alone. */
const WITH_KEY = { again: "with key" } as const;

/** Again with the key of the first time, and where no key is known. */
const KEY_OR_NOT = { again: "key or not" } as const;

/** In the place of an id it stands for the attempt, or the resources, that came last. */
const LATEST = "latest";

/** What is a query, and no record's id, at the end of a path. */
const SEARCH = ["search"];

const RESOURCES = { ...WITH_KEY, wrapped: "resources" } as const;

const NOTHING = backendError("The server answered with nothing", null);

/** Fields as a query string; one that is null is left out. */
const inQuery = (fields: object): string =>
  String(
    new URLSearchParams(
      Object.entries(fields)
        .filter(([, value]) => value !== null)
        .map(([key, value]) => [key, String(value)]),
    ),
  );

/** A fault in the only item of a list is one of the item itself. */
const withinFirst = (prefix: string) => (error: StoreError): StoreError =>
  error._tag !== "Validation" ? error : {
    ...error,
    message: error.message.replaceAll(`${prefix}.`, ""),
    faults: error.faults.map((fault) => ({
      ...fault,
      path: fault.path === prefix ? "" : fault.path.replace(`${prefix}.`, ""),
    })),
  };
