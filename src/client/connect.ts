/** A store on a server: the same record of functions, over HTTP. */

import { spanOfOtel } from "../core/otel.ts";
import { E, pipe, TE } from "../deps/fp.ts";
import { Attempt } from "../model/attempt.ts";
import { decode, type Decoder, list, nullable } from "../model/codec.ts";
import { backendError, invalidArgument, type StoreError } from "../model/errors.ts";
import { AddOtelSpan } from "../model/otel.ts";
import { type Page, ResourcesQuery } from "../model/query.ts";
import { ResourcesUpdate } from "../model/resources.ts";
import { AttemptedRollout, Rollout } from "../model/rollout.ts";
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
import { asking, at, pageOfQuery } from "./asking.ts";
import { clientClaim } from "./claim.ts";
import { spanBatches } from "./span_batches.ts";
import { type ConnectOptions, transport } from "./transport.ts";
import { clientWait } from "./wait.ts";

/**
 * Connects to a store that a server holds. Nothing is sent before an operation is run.
 *
 * A request whose answer is lost is made again where twice is as once, or where the server tells the
 * second time by its key; a claim never is. An operation that gets no answer is `Backend`. It
 * answers `InvalidArgument` for something that is no URL of a server.
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
): E.Either<StoreError, LightningStore> => {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    return E.left(invalidArgument("url", "expected http://… or https://…"));
  }
  const server = transport(url, options);
  const { get, post, close } = asking(server, options.numbers ?? "double");
  const spans = spanBatches({ post }, server.isOurs);

  const query = <A, Q extends { readonly limit?: number }>(
    codec: Decoder<Page<A>>,
    path: string,
    args?: Q,
  ): StoreTask<Page<A>> =>
    pageOfQuery(args?.limit, (limit) => post(codec, path, { ...args, ...limit }));

  const claim = clientClaim({ post }, server.isOurs);

  return E.right({
    capabilities: { thread_safe: true, async_safe: true, zero_copy: false, otlp_traces: true },

    statistics: () => get(Statistics, "/statistics"),

    otlpTracesEndpoint: () => TE.right(`${url.replace(/\/+$/, "")}/v1/traces`),

    startRollout: (args) => post(AttemptedRollout, "/rollouts", args, WITH_KEY),

    enqueueRollout: (args) =>
      pipe(
        post(list(Rollout), "/queues/rollouts/enqueue", { rollouts: [args] }, WITH_KEY),
        TE.mapLeft(withinFirst("rollouts[0]")),
        TE.chain(([rollout]) => rollout === undefined ? TE.left(NOTHING) : TE.right(rollout)),
      ),

    enqueueManyRollouts: (args) => post(list(Rollout), "/queues/rollouts/enqueue", args, WITH_KEY),

    dequeueRollout: (args = {}, options) =>
      pipe(claim({ ...args, limit: 1 }, options), TE.map(([rollout]) => rollout ?? null)),

    dequeueManyRollouts: (args = {}, options) => claim(args, options),

    startAttempt: (args) => {
      const { rollout_id, ...body } = Object(args);
      const [id] = at(rollout_id);
      return post(AttemptedRollout, `/rollouts/${id}/attempts`, body, WITH_KEY);
    },

    // The wire knows the newer names of two filters only.
    queryRollouts: ({ status, rollout_ids, ...args } = {}) =>
      query(RolloutPage, "/rollouts/search", {
        ...args,
        status_in: args.status_in ?? status ?? null,
        rollout_id_in: args.rollout_id_in ?? rollout_ids ?? null,
      }),

    getRolloutById: ({ rollout_id }) =>
      get(nullable(EitherRollout), `/rollouts/${at(rollout_id)[0]}`),

    updateRollout: ({ rollout_id, ...patch }) =>
      post(Rollout, `/rollouts/${at(rollout_id)[0]}`, patch),

    queryAttempts: ({ rollout_id, ...args }) =>
      query(AttemptPage, `/rollouts/${at(rollout_id)[0]}/attempts/search`, args),

    getLatestAttempt: ({ rollout_id }) =>
      get(nullable(Attempt), `/rollouts/${at(rollout_id)[0]}/attempts/latest`),

    updateAttempt: ({ rollout_id, attempt_id, ...patch }) => {
      const [rollout, attempt] = at(rollout_id, attempt_id);
      return post(Attempt, `/rollouts/${rollout}/attempts/${attempt}`, patch);
    },

    addSpan: ({ span }) => spans.add(span),

    addManySpans: spans.addMany,

    addOtelSpan: (args) =>
      pipe(
        TE.fromEither(decode(AddOtelSpan, args)),
        TE.chain(({ sequence_id, ...it }) =>
          pipe(
            TE.fromEither(spanOfOtel({ ...it, sequence_id: sequence_id ?? 0 })),
            TE.chain((span) => spans.addMany({ spans: [{ ...span, sequence_id }] })),
          )
        ),
        TE.map(([span]) => span ?? null),
      ),

    querySpans: (args) => query(SpanPage, "/spans/search", args),

    getNextSpanSequenceId: spans.next,

    getManySpanSequenceIds: spans.nextMany,

    addResources: ({ resources }) => post(ResourcesUpdate, "/resources", resources, RESOURCES),

    updateResources: ({ resources_id, resources }) =>
      post(ResourcesUpdate, `/resources/${at(resources_id)[0]}`, resources, RESOURCES),

    // The one query that every server knows by GET, and only ours by POST.
    queryResources: (args = {}) =>
      pageOfQuery(args.limit, (limit) =>
        pipe(
          TE.fromEither(decode(ResourcesQuery, { ...args, ...limit })),
          TE.chain((wish) => get(ResourcesPage, `/resources?${inQuery(wish)}`)),
        )),

    getResourcesById: ({ resources_id }) =>
      get(nullable(ResourcesUpdate), `/resources/${at(resources_id)[0]}`),

    getLatestResources: () => get(nullable(ResourcesUpdate), "/resources/latest"),

    queryWorkers: (args) => query(WorkerPage, "/workers/search", args),

    getWorkerById: ({ worker_id }) => get(nullable(Worker), `/workers/${at(worker_id)[0]}`),

    updateWorker: ({ worker_id, ...report }) =>
      post(Worker, `/workers/${at(worker_id)[0]}`, report),

    waitForRollouts: clientWait({ post }, server.isOurs),

    close: () => () => {
      close();
      return Promise.resolve(E.right(undefined));
    },
  });
};

/** Again with the key of the first time. */
const WITH_KEY = { again: "with key" } as const;

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
