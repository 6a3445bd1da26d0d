/** A store on a server: the same record of functions, over HTTP. */

import { spanOfOtel } from "../core/otel.ts";
import { E, pipe, TE } from "../deps/fp.ts";
import { Attempt } from "../model/attempt.ts";
import { decode, type Decoder, list, nullable } from "../model/codec.ts";
import { backendError, invalidArgument, type StoreError } from "../model/errors.ts";
import { AddOtelSpan } from "../model/otel.ts";
import type { Page } from "../model/query.ts";
import { DequeueManyRollouts, WaitForRollouts } from "../model/requests.ts";
import { ResourcesUpdate } from "../model/resources.ts";
import { AttemptedRollout, Rollout } from "../model/rollout.ts";
import { Span } from "../model/span.ts";
import { Worker } from "../model/worker.ts";
import type { LightningStore, StoreTask } from "../store/lightning_store.ts";
import { EitherRollout, NextId, pageOf, StatisticsCodec } from "./answers.ts";
import { type Ask, type ConnectOptions, transport } from "./transport.ts";

/** How long one held request of a wait takes, in seconds: proxies let go of longer ones. */
const SLICE = 20;

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
  const send = transport(url, options);
  let isOpen = true;

  /** Asks, and reads the answer. */
  const asking = <A>(codec: Decoder<A>, ask: () => Ask): StoreTask<A> => async () => {
    if (!isOpen) return E.left(CLOSED);
    const answer = await send(ask());
    return E.isLeft(answer) ? answer : reading(codec, answer.right);
  };

  const get = <A>(codec: Decoder<A>, path: string): StoreTask<A> =>
    asking(codec, () => ({ method: "GET", path, again: "always" }));

  const post = <A>(
    codec: Decoder<A>,
    path: string,
    body: unknown,
    again: Ask["again"] = "always",
  ): StoreTask<A> => asking(codec, () => ({ method: "POST", path, body: body ?? null, again }));

  /** A page; the wire knows none without items, so that one is asked for and left out. */
  const query = <A>(
    codec: Decoder<Page<A>>,
    path: string,
    args: object | undefined,
  ): StoreTask<Page<A>> =>
    Object(args).limit !== 0 ? post(codec, path, { ...args }) : pipe(
      post(codec, path, { ...args, limit: 1 }),
      TE.map((page) => ({ ...page, items: [], limit: 0 })),
    );

  /** The id in a path. Ids that cannot stand there are for the server to refuse, all the same. */
  const at = (...ids: readonly unknown[]): readonly string[] =>
    ids.map((id) => encodeURIComponent(typeof id === "string" ? id : ""));

  const claim = (args: unknown): StoreTask<readonly AttemptedRollout[]> =>
    pipe(
      TE.fromEither(decode(DequeueManyRollouts, args)),
      TE.chain((wish) =>
        wish.limit <= 0
          ? TE.right<StoreError, readonly AttemptedRollout[]>([])
          : post(list(AttemptedRollout), "/queues/rollouts/dequeue", wish, "never")
      ),
    );

  return E.right({
    capabilities: { thread_safe: true, async_safe: true, zero_copy: false, otlp_traces: true },

    statistics: () => get(StatisticsCodec, "/statistics"),

    otlpTracesEndpoint: () => TE.right(`${url.replace(/\/+$/, "")}/v1/traces`),

    startRollout: (args) => post(AttemptedRollout, "/rollouts", args, "with key"),

    enqueueRollout: (args) =>
      pipe(
        post(list(Rollout), "/queues/rollouts/enqueue", { rollouts: [args] }, "with key"),
        TE.mapLeft(withinFirst("rollouts[0]")),
        TE.chain(([rollout]) => rollout === undefined ? TE.left(NOTHING) : TE.right(rollout)),
      ),

    enqueueManyRollouts: (args) =>
      post(list(Rollout), "/queues/rollouts/enqueue", args, "with key"),

    dequeueRollout: (args = {}) =>
      pipe(claim({ ...args, limit: 1 }), TE.map(([rollout]) => rollout ?? null)),

    dequeueManyRollouts: (args = {}) => claim(args),

    startAttempt: (args) => {
      const { rollout_id, ...body } = Object(args);
      const [id] = at(rollout_id);
      return post(AttemptedRollout, `/rollouts/${id}/attempts`, body, "with key");
    },

    // The wire knows the newer names of two filters only.
    queryRollouts: ({ status, rollout_ids, ...args } = {}) =>
      query(pageOf(EitherRollout), "/rollouts/search", {
        ...args,
        status_in: args.status_in ?? status ?? null,
        rollout_id_in: args.rollout_id_in ?? rollout_ids ?? null,
      }),

    getRolloutById: ({ rollout_id }) =>
      get(nullable(EitherRollout), `/rollouts/${at(rollout_id)[0]}`),

    updateRollout: ({ rollout_id, ...patch }) =>
      post(Rollout, `/rollouts/${at(rollout_id)[0]}`, patch),

    queryAttempts: ({ rollout_id, ...args }) =>
      query(pageOf(Attempt), `/rollouts/${at(rollout_id)[0]}/attempts/search`, args),

    getLatestAttempt: ({ rollout_id }) =>
      get(nullable(Attempt), `/rollouts/${at(rollout_id)[0]}/attempts/latest`),

    updateAttempt: ({ rollout_id, attempt_id, ...patch }) => {
      const [rollout, attempt] = at(rollout_id, attempt_id);
      return post(Attempt, `/rollouts/${rollout}/attempts/${attempt}`, patch);
    },

    addSpan: ({ span }) => post(nullable(Span), "/spans", span),

    addManySpans: (args) => post(list(Span), "/spans/batch", args),

    addOtelSpan: (args) =>
      pipe(
        TE.fromEither(decode(AddOtelSpan, args)),
        TE.chain(({ sequence_id, ...it }) =>
          pipe(
            TE.fromEither(spanOfOtel({ ...it, sequence_id: sequence_id ?? 0 })),
            TE.chain((span) =>
              post(list(Span), "/spans/batch", { spans: [{ ...span, sequence_id }] })
            ),
          )
        ),
        TE.map(([span]) => span ?? null),
      ),

    querySpans: (args) => query(pageOf(Span), "/spans/search", args),

    getNextSpanSequenceId: (args) =>
      pipe(
        post(NextId, "/spans/next", args, "with key"),
        TE.map(({ sequence_id }) => sequence_id),
      ),

    getManySpanSequenceIds: (args) =>
      pipe(
        post(list(NextId), "/spans/next/batch", args, "with key"),
        TE.map((ids) => ids.map(({ sequence_id }) => sequence_id)),
      ),

    addResources: ({ resources }) => post(ResourcesUpdate, "/resources", resources, "with key"),

    updateResources: ({ resources_id, resources }) =>
      post(ResourcesUpdate, `/resources/${at(resources_id)[0]}`, resources, "with key"),

    queryResources: (args) => query(pageOf(ResourcesUpdate), "/resources/search", args),

    getResourcesById: ({ resources_id }) =>
      get(nullable(ResourcesUpdate), `/resources/${at(resources_id)[0]}`),

    getLatestResources: () => get(nullable(ResourcesUpdate), "/resources/latest"),

    queryWorkers: (args) => query(pageOf(Worker), "/workers/search", args),

    getWorkerById: ({ worker_id }) => get(nullable(Worker), `/workers/${at(worker_id)[0]}`),

    updateWorker: ({ worker_id, ...report }) =>
      post(Worker, `/workers/${at(worker_id)[0]}`, report),

    waitForRollouts: (args, { signal } = {}) => async () => {
      const wait = decode(WaitForRollouts, args);
      if (E.isLeft(wait)) return wait;
      const { rollout_ids, timeout } = wait.right;
      const end = timeout === null ? Infinity : performance.now() + timeout * 1000;
      for (;;) {
        const left = (end - performance.now()) / 1000;
        const slice = Math.max(0, Math.min(left, SLICE));
        const asked = performance.now();
        const finished = await asking(list(Rollout), () => ({
          method: "POST",
          path: "/waits/rollouts",
          body: { rollout_ids, timeout: slice },
          again: "always",
          extraSeconds: slice,
          ...signal === undefined ? {} : { signal },
        }))();
        const isEarly = performance.now() - asked < slice * 1000;
        // One that is answered before its time has nothing left to wait for.
        if (E.isLeft(finished) || isEarly || left <= SLICE) return finished;
      }
    },

    close: () => () => {
      isOpen = false;
      return Promise.resolve(E.right(undefined));
    },
  });
};

const CLOSED = backendError("The store is closed", null);

const NOTHING = backendError("The server answered with nothing", null);

const reading = <A>(codec: Decoder<A>, answer: unknown): E.Either<StoreError, A> =>
  pipe(
    decode(codec as Parameters<typeof decode<A, A>>[0], answer, "answer"),
    E.mapLeft(({ message }) =>
      backendError(`The server's answer cannot be read: ${message}`, null)
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
