/** The MongoDB backend: each change of a rollout is one write to one document. */

import type { Answer, Backend, Batch, PortError } from "../../backend.ts";
import { effectsOfClaim, type WorkerEffect } from "../../core/worker.ts";
import { E, type TE } from "../../deps/fp.ts";
import { type MongoClient, newMongoClient } from "../../deps/mongo.ts";
import { backendError, type StoreError } from "../../model/errors.ts";
import { parserOf } from "../../model/numbers.ts";
import type { ResourcesUpdate } from "../../model/resources.ts";
import { claims } from "./claims.ts";
import { type Collections, collectionsOf, makeIndexes } from "./collections.ts";
import { type Failing, failingAt, surviving } from "./failing.ts";
import { feed } from "./feed.ts";
import { insertion } from "./insertion.ts";
import {
  type CheckedOptions,
  checkOptions,
  DEFAULT_DATABASE,
  type MongoOptions,
} from "./options.ts";
import { orderAfter } from "./order.ts";
import { owing } from "./owing.ts";
import { queries } from "./queries.ts";
import { readers as readersOf } from "./reading.ts";
import { records } from "./records.ts";
import { resources } from "./resources.ts";
import { seen } from "./seen.ts";
import { spans } from "./spans.ts";
import { oneAtATime, turns } from "./turns.ts";
import { workers } from "./workers.ts";

/**
 * Opens a backend on a MongoDB server, which any number of processes and machines may share. It
 * runs on a standalone server, a replica set and a sharded cluster, 4.4 or later, and needs no
 * transactions.
 *
 * It answers `InvalidArgument` for an option that cannot be used, and `Backend` for a server that
 * cannot be reached within the driver's `serverSelectionTimeoutMS` or that refuses the user.
 *
 * @example
 * ```ts
 * import { createStore, mongo } from "@lightning/store";
 *
 * const opened = await mongo({
 *   uri: "mongodb://127.0.0.1:9/", // where nobody listens
 *   partition: "experiment-7",
 *   driver: { serverSelectionTimeoutMS: 100 },
 * })();
 * if (opened._tag === "Right") {
 *   const store = createStore(opened.right);
 *   await store.enqueueRollout({ input: "2 + 2" })();
 *   await store.close()();
 * } else {
 *   console.log(opened.left._tag); // Backend
 * }
 * ```
 */
export const mongo = (options: MongoOptions): TE.TaskEither<StoreError, Backend> => async () => {
  const checked = checkOptions(options);
  if (E.isLeft(checked)) return checked;
  const { client: how, database, partition, numbers, warn, address } = checked.right;
  const failing = failingAt(address);
  let client: MongoClient | null = null;
  const letGo = async () => {
    if (!("given" in how)) await client?.close();
  };
  try {
    client = "given" in how ? how.given : await newMongoClient(how.uri, how.driver);
    await client.connect();
    const named = client.options.dbName;
    const db = client.db(database ?? (named === "test" ? DEFAULT_DATABASE : named));
    const collections = collectionsOf(db);
    await makeIndexes(collections);
    return E.right(await backendOn(collections, { partition, numbers, warn }, failing, letGo));
  } catch (cause) {
    await letGo().catch(() => {});
    return E.left(failing("Cannot open the MongoDB store", cause));
  }
};

const backendOn = async (
  collections: Collections,
  { partition, numbers, warn }: Pick<CheckedOptions, "partition" | "numbers" | "warn">,
  failing: Failing,
  letGo: () => Promise<void>,
): Promise<Backend> => {
  const order = orderAfter(await latestOrder(collections, partition));
  const token = tokens();
  const known = seen();
  const readers = readersOf(parserOf(numbers));
  const crew = workers(collections.workers, partition, { order, readers });

  /** Workers' records come second: what has happened to the rollouts stays, whatever befalls these. */
  const follow = async (effects: readonly WorkerEffect[]): Promise<void> => {
    await crew.affect(effects).catch(() => {});
  };

  const rollouts = records(collections, partition, {
    readers,
    order,
    seen: known,
    turns: turns(),
    token,
    follow,
  });
  /** Spans that are sent again are there already, and no heartbeat then. */
  const beat = owing(rollouts.change);
  const traces = spans(collections, partition, { order, records: rollouts });
  const materials = resources(collections, partition, { order, readers });
  const insert = insertion(collections, partition, { order, token, materials });
  const claim = claims(collections, partition, {
    readers,
    records: rollouts,
    seen: known,
    token,
    failing,
    warn,
  });
  const found = queries(collections, partition, readers);
  let isOpen = true;

  /** An answer of the server, or why there is none. */
  const asking = async <A>(doing: string, ask: () => Promise<A>): Answer<A> => {
    if (!isOpen) return E.left(CLOSED);
    try {
      return E.right(await ask());
    } catch (cause) {
      return E.left(failing(doing, cause));
    }
  };

  /** A batch whose items fail together when the server does. */
  const together = <I, A>(doing: string, batch: Batch<I, A>): Batch<I, A> => async (items) => {
    if (items.length === 0) return [];
    const outcomes = await asking(doing, () => batch(items));
    return E.isRight(outcomes) ? outcomes.right : items.map(() => outcomes);
  };

  return {
    name: "MongoLightningStore",
    capabilities: { thread_safe: true, async_safe: true, zero_copy: true, otlp_traces: false },
    shared: true,

    insert: together("Cannot insert rollouts", async (items) => {
      const { outcomes, effects } = await insert(items);
      await follow(effects);
      return outcomes;
    }),
    claim: oneAtATime(together("Cannot claim", async (requests) => {
      const outcomes = await claim(requests);
      await follow(
        outcomes.flatMap((outcome, i) => {
          const request = requests[i];
          return E.isLeft(outcome) || request === undefined
            ? []
            : effectsOfClaim(request.worker_id, outcome.right, request.now);
        }),
      );
      return outcomes;
    })),
    change: together("Cannot change rollouts", rollouts.change),
    addSpans: together("Cannot store spans", async (items) => {
      const { outcomes, beats } = await traces.add(items);
      await beat(beats);
      return outcomes;
    }),
    allocate: together("Cannot allocate sequence ids", traces.allocate),
    affect: together("Cannot write workers", crew.affected),
    putResources: together("Cannot write resources", async (requests) => {
      const outcomes: E.Either<PortError, ResourcesUpdate>[] = [];
      for (const request of requests) outcomes.push(await materials.put(request));
      return outcomes;
    }),

    overdue: (now, limit) => asking("Cannot look for overdue", () => found.overdue(now, limit)),
    statuses: (ids) => asking("Cannot read statuses", () => found.statuses(ids)),
    rollouts: (ids) => asking("Cannot read rollouts", () => found.rollouts(ids)),
    queryRollouts: (selection) =>
      asking("Cannot query rollouts", () => found.queryRollouts(selection)),
    latestAttempt: (rollout_id) =>
      asking("Cannot read an attempt", () => found.latestAttempt(rollout_id)),
    queryAttempts: (rollout_id, selection) =>
      asking("Cannot query attempts", () => found.queryAttempts(rollout_id, selection)),
    querySpans: (rollout_id, attempt_id, selection) =>
      asking("Cannot query spans", () => found.querySpans(rollout_id, attempt_id, selection)),
    worker: (worker_id) => asking("Cannot read a worker", () => crew.find(worker_id)),
    queryWorkers: (selection) =>
      asking("Cannot query workers", () => found.queryWorkers(selection)),
    resources: (resources_id) =>
      asking("Cannot read resources", () => materials.find(resources_id)),
    latestResources: () => asking("Cannot read resources", materials.latest),
    queryResources: (selection) =>
      asking("Cannot query resources", () => found.queryResources(selection)),
    statistics: () => asking("Cannot count", found.statistics),
    feed: feed(collections, partition),
    close: () =>
      asking("Cannot close", async () => {
        isOpen = false;
        await letGo();
      }),
  };
};

const CLOSED = backendError("The store is closed", null);

/** Marks that no other process makes. */
const tokens = (): () => string => {
  // 48 random bits, which few bytes hold.
  const process = crypto.randomUUID().slice(24);
  let made = 0;
  return () => `${process}-${(made++).toString(36)}`;
};

/** The greatest number of what is inserted or queued: the clock of this machine may be behind it. */
const latestOrder = async (
  { rollouts }: Pick<Collections, "rollouts">,
  partition: string,
): Promise<number> => {
  const [inserted, queued] = await Promise.all([
    surviving(() =>
      rollouts.findOne({ partition }, {
        sort: { inserted: -1 },
        projection: { inserted: 1 },
      })
    ),
    surviving(() =>
      rollouts.findOne({ partition, place: { $gt: 0 } }, {
        sort: { place: -1 },
        projection: { place: 1 },
      })
    ),
  ]);
  return Math.max(inserted?.inserted ?? 0, queued?.place ?? 0);
};
