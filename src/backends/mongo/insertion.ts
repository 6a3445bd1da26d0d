/** New rollouts in MongoDB: all of a batch in one command. */

import type { PortError } from "../../backend.ts";
import { type NewRecord, withResources } from "../../core/record.ts";
import { deadlineOf, patienceOf } from "../../core/watchdog.ts";
import type { WorkerEffect } from "../../core/worker.ts";
import { E } from "../../deps/fp.ts";
import { backendError } from "../../model/errors.ts";
import { type Refusal, refusalsOf } from "./bulk.ts";
import { type Collections, indexedDeadline } from "./collections.ts";
import { attemptDocument, keysOf, type RolloutDocument, text } from "./documents.ts";
import { DUPLICATE, surviving } from "./failing.ts";
import type { Order } from "./order.ts";
import type { Resources } from "./resources.ts";
import { payloadTooLarge } from "./sizes.ts";

/** Inserts the records of each item; answers also with what it does to workers. */
export type Insertion = (items: readonly (readonly NewRecord[])[]) => Promise<{
  readonly outcomes: readonly E.Either<PortError, string | null>[];
  readonly effects: readonly WorkerEffect[];
}>;

/**
 * An item is one unit as far as one command is: a server that dies in the middle of it may keep a
 * part, and then acknowledges none. An id that is taken, which is one draw in 2^48, takes the rest
 * of its item back.
 */
export const insertion = (
  { rollouts }: Pick<Collections, "rollouts">,
  partition: string,
  { order, token, materials }: {
    readonly order: Order;
    readonly token: () => string;
    readonly materials: Pick<Resources, "latestId">;
  },
): Insertion => {
  const key = keysOf(partition);

  const documentOf = (
    { rollout, attempt, queued }: NewRecord,
    latest: string | null,
    inserted: number,
  ): RolloutDocument => {
    const { input, metadata, ...state } = withResources(rollout, latest);
    return {
      ...key(rollout.rollout_id),
      inserted,
      revs: [token()],
      ...state,
      attempts: attempt === null ? 0 : 1,
      attempt: attempt === null ? null : attemptDocument(attempt),
      earlier: [],
      place: queued ? inserted : null,
      deadline: indexedDeadline(deadlineOf({ rollout, latest: attempt })),
      patience: patienceOf(rollout.config),
      input: JSON.stringify(input),
      metadata: text(metadata),
    };
  };

  /** The statements that did not make their document, by their place. */
  const write = (documents: readonly RolloutDocument[]): Promise<ReadonlyMap<number, Refusal>> =>
    surviving(async () => {
      const refused = await refusalsOf(
        documents,
        (part) => rollouts.insertMany([...part], { ordered: false }),
      );
      return refused.size > 0 ? await withoutOwn(documents, refused) : refused;
    });

  /** Without those that this very insertion made before its answer was lost. */
  const withoutOwn = async (
    documents: readonly RolloutDocument[],
    refused: ReadonlyMap<number, Refusal>,
  ): Promise<ReadonlyMap<number, Refusal>> => {
    const stored = await rollouts.find({
      partition,
      _id: { $in: [...refused.keys()].flatMap((i) => documents[i]?._id ?? []) },
    }, { projection: { inserted: 1, start_time: 1 } }).toArray();
    const found = new Map(stored.map((it) => [it._id, it]));
    return new Map(
      [...refused].filter(([i]) => {
        const document = documents[i];
        const own = document === undefined ? undefined : found.get(document._id);
        return own === undefined || own.inserted !== document?.inserted ||
          own.start_time !== document.start_time;
      }),
    );
  };

  const takeBack = async (documents: readonly RolloutDocument[]): Promise<void> => {
    await surviving(() =>
      rollouts.bulkWrite(
        documents.map(({ _id, revs }) => ({ deleteOne: { filter: { _id, partition, revs } } })),
        { ordered: false },
      )
    );
  };

  /** Sends the lots that nothing is known against, together. */
  const send = async (lots: readonly Lot[]): Promise<void> => {
    const sent = lots.flatMap((lot) =>
      lot.error === null ? lot.documents.map((document) => ({ lot, document })) : []
    );
    if (sent.length === 0) return;
    const refused = await write(sent.map(({ document }) => document));
    for (const [i, { code, message, cause }] of refused) {
      const { lot, document } = sent[i] ?? {};
      if (lot === undefined || document === undefined) continue;
      lot.error ??= code === DUPLICATE
        ? { _tag: "Taken", id: document.rollout_id }
        : backendError(`MongoDB refused a rollout: ${message}`, cause);
    }
    const parts = sent.filter(({ lot }, i) => lot.error !== null && !refused.has(i));
    if (parts.length === 0) return;
    await takeBack(parts.map(({ document }) => document));
    // What was taken back may have been in the way of what came after it.
    for (const lot of lots.filter(({ error }) => error?._tag === "Taken").slice(1)) {
      lot.error = null;
      await send([lot]);
    }
  };

  return async (items) => {
    const asks = items.map((records) =>
      records.some(({ rollout }) => rollout.resources_id === null)
    );
    // Numbers are drawn at once, in the order of the calls: others may come meanwhile.
    const numbered = items.map((records) =>
      records.map((record) => ({ record, inserted: order() }))
    );
    const latest = asks.includes(true) ? await materials.latestId() : null;
    const lots = numbered.map((lot): Lot => {
      const records = lot.map(({ record }) => record);
      const documents = lot.map(({ record, inserted }) => documentOf(record, latest, inserted));
      return { records, documents, error: faultOf(documents) };
    });
    await send(lots);
    return {
      outcomes: lots.map(({ error }, i) =>
        error === null ? E.right(asks[i] ? latest : null) : E.left(error)
      ),
      effects: lots.filter(({ error }) => error === null)
        .flatMap(({ records }) => records.flatMap(({ workers }) => workers)),
    };
  };
};

/** An item on its way. */
interface Lot {
  readonly records: readonly NewRecord[];
  readonly documents: readonly RolloutDocument[];
  error: PortError | null;
}

/** Why an item cannot be sent: it has an id twice, or more than a document holds. */
const faultOf = (documents: readonly RolloutDocument[]): PortError | null => {
  const ids = new Set<string>();
  for (const { rollout_id, input, metadata } of documents) {
    const oversized = payloadTooLarge(input, metadata);
    if (oversized !== null) return oversized;
    if (ids.has(rollout_id)) return { _tag: "Taken", id: rollout_id };
    ids.add(rollout_id);
  }
  return null;
};
