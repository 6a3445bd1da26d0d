/** The import of a store of agent-lightning 0.3 into this store's collections. */

import { E, type TE } from "../../../deps/fp.ts";
import { type Db, type MongoClient, newMongoClient } from "../../../deps/mongo.ts";
import { backendError, invalidArgument, type StoreError } from "../../../model/errors.ts";
import { collectionsOf, makeIndexes } from "../collections.ts";
import { surviving } from "../failing.ts";
import { type CheckedOptions, DEFAULT_DATABASE } from "../options.ts";
import { copying } from "./copying.ts";
import { UPSTREAM_DATABASE, type UpstreamCollections, upstreamCollections } from "./documents.ts";
import { checkImport, type ImportOptions } from "./options.ts";
import type { ImportReport } from "./report.ts";

/**
 * Imports a partition of agent-lightning's Mongo store, as its version 0.3 writes it: rollouts with
 * their attempts and their places in the queue, spans and their counters, resources and workers. The
 * source is only read. Its processes should be at rest: what they write meanwhile may be missed.
 *
 * The import only adds. What the target has already stays as it is, so that an import that ended
 * half-way can be started again, and one that is run a second time changes nothing. A record that
 * does not fit the data model is left out as a whole, a rollout with its attempts and spans; the
 * report says which ones and why. A dry run answers with the report that the import would give.
 *
 * It answers `InvalidArgument` for an option that cannot be used or a source without any record,
 * `Backend` when a server fails, and `Aborted` when the signal ended it.
 *
 * @example
 * ```ts
 * import { importUpstream } from "@lightning/store";
 *
 * const imported = await importUpstream({
 *   source: {
 *     uri: "mongodb://127.0.0.1:9/", // where nobody listens
 *     database: "agentlightning",
 *     partition: "experiment-7",
 *     driver: { serverSelectionTimeoutMS: 100 },
 *   },
 *   target: { uri: "mongodb://127.0.0.1:9/", driver: { serverSelectionTimeoutMS: 100 } },
 *   dryRun: true,
 * })();
 * if (imported._tag === "Right") {
 *   const { rollouts, spans } = imported.right;
 *   console.log(`${rollouts.imported} rollouts and ${spans.imported} spans would come`);
 *   for (const { reason, count, ids } of rollouts.reasons) {
 *     console.log(`${count} rollouts would not: ${reason} (${ids.join(", ")})`);
 *   }
 * } else {
 *   console.log(imported.left._tag); // Backend
 * }
 * ```
 */
export const importUpstream = (
  options: ImportOptions,
): TE.TaskEither<StoreError, ImportReport> =>
async () => {
  const checked = checkImport(options);
  if (E.isLeft(checked)) return checked;
  const { source, target, dryRun, batchSize, onProgress, signal } = checked.right;
  const clients: MongoClient[] = [];

  const open = async ({ client, database }: CheckedOptions, otherwise: string): Promise<Db> => {
    if ("given" in client) {
      await client.given.connect();
      return databaseOf(client.given, database, otherwise);
    }
    const own = await newMongoClient(client.uri, client.driver);
    clients.push(own);
    await own.connect();
    return databaseOf(own, database, otherwise);
  };

  try {
    signal?.throwIfAborted();
    const from = upstreamCollections(await open(source, UPSTREAM_DATABASE));
    const to = collectionsOf(await open(target, DEFAULT_DATABASE));
    const absent = await absence(from, source);
    if (absent !== null) return E.left(absent);
    if (!dryRun) await makeIndexes(to);
    const partitions = { from: source.partition, to: target.partition };
    return E.right(await copying(from, to, partitions, { dryRun, batchSize, onProgress, signal }));
  } catch (cause) {
    return E.left(
      signal?.aborted
        ? { _tag: "Aborted", message: ABORTED, reason: signal.reason }
        : backendError(`Cannot import from ${source.address} to ${target.address}`, cause),
    );
  } finally {
    await Promise.allSettled(clients.map((client) => client.close()));
  }
};

const ABORTED = "The import was aborted by its signal; what it has imported stays";

/** The database that is asked for, or that the address names, which is `test` for one that names none. */
const databaseOf = (client: MongoClient, database: string | null, otherwise: string): Db => {
  const named = client.options.dbName;
  return client.db(database ?? (named === "test" ? otherwise : named));
};

/** How many partitions a message names. */
const MOST_NAMES = 10;

/** Why there is nothing to import; null where there is something. */
const absence = async (
  from: UpstreamCollections,
  { partition, address }: CheckedOptions,
): Promise<StoreError | null> => {
  for (const collection of Object.values(from)) {
    const found = await surviving(() => collection.findOne({ partition_id: partition }));
    if (found !== null) return null;
  }
  const names = await surviving(() => from.rollouts.distinct("partition_id"));
  const known = names.slice(0, MOST_NAMES).join(", ") + (names.length > MOST_NAMES ? ", …" : "");
  return invalidArgument(
    "source.partition",
    `expected a partition of agent-lightning's in the database ${from.rollouts.dbName} at ${address}, got ${partition}; there ${
      known === "" ? "is none" : `are: ${known}`
    }`,
  );
};
