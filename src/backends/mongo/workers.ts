/** Workers in MongoDB: each effect is one statement, which reads the worker where it stands. */

import type { PortError } from "../../backend.ts";
import type { WorkerEffect } from "../../core/worker.ts";
import { applyWorkerEffect, type Condition, newWorker } from "../../core/worker.ts";
import { E } from "../../deps/fp.ts";
import type { Document } from "../../deps/mongo.ts";
import type { Worker } from "../../model/worker.ts";
import type { Collections } from "./collections.ts";
import { type Key, keysOf, text } from "./documents.ts";
import { literal } from "./expressions.ts";
import { makingOnce, surviving } from "./failing.ts";
import type { Order } from "./order.ts";
import type { Readers } from "./reading.ts";
import { documentTooLarge } from "./sizes.ts";
import { linesOf } from "./turns.ts";

/** Reads and writes the workers of one partition. */
export interface Workers {
  readonly find: (worker_id: string) => Promise<Worker | null>;
  /** Carries effects out, in their order, but those on workers that no document holds. */
  readonly affect: (effects: readonly WorkerEffect[]) => Promise<void>;
  /** Carries effects out; answers with the worker of each, or null where there is none. */
  readonly affected: (
    effects: readonly WorkerEffect[],
  ) => Promise<readonly E.Either<PortError, Worker | null>[]>;
}

export const workers = (
  collection: Collections["workers"],
  partition: string,
  { order, readers }: { readonly order: Order; readonly readers: Pick<Readers, "worker"> },
): Workers => {
  const key = keysOf(partition);

  const find: Workers["find"] = async (worker_id) => {
    const document = await surviving(() => collection.findOne(key(worker_id)));
    return document === null ? null : readers.worker(document);
  };

  /** Why an effect cannot be carried out. */
  const faultOf = ({ worker_id, set: { heartbeat_stats = null } }: WorkerEffect) =>
    documentTooLarge("worker_id", { ...key(worker_id), worker_id }) ??
      documentTooLarge("heartbeat_stats", {
        ...key(worker_id),
        worker_id,
        heartbeat_stats: text(heartbeat_stats),
      });

  const affect: Workers["affect"] = async (effects) => {
    const possible = effects.filter((effect) => faultOf(effect) === null);
    if (possible.length === 0) return;
    const statements = possible.map((effect) => ({ updateOne: statementOf(effect, order()) }));
    // An effect is what it is when it is carried out again.
    await makingOnce(() => collection.bulkWrite(statements, { ordered: true }));
  };

  const affectOne = async (effect: WorkerEffect): Promise<Worker | null> => {
    const { filter, update, upsert } = statementOf(effect, order());
    const document = await makingOnce(() =>
      collection.findOneAndUpdate(filter, update, { upsert, returnDocument: "after" })
    );
    // A server may answer null where it has just made the worker.
    return document === null ? await find(effect.worker_id) : readers.worker(document);
  };

  const affectEach = async (effects: readonly WorkerEffect[]): Promise<Found> => {
    await affect(effects);
    const ids = effects.map(({ worker_id }) => key(worker_id)._id);
    const documents = await surviving(() =>
      collection.find({ partition, _id: { $in: ids } }).toArray()
    );
    return new Map(documents.map((it) => [it.worker_id, readers.worker(it)]));
  };

  const statementOf = (effect: WorkerEffect, inserted: number): Statement => ({
    filter: key(effect.worker_id),
    update: updateOf(effect, inserted),
    upsert: applyWorkerEffect(null, effect) !== null,
  });

  return {
    find,
    affect,
    affected: async (effects) => {
      const outcomes = effects.map((effect): E.Either<PortError, Worker | null> => {
        const fault = faultOf(effect);
        return fault === null ? E.right(null) : E.left(fault);
      });
      const items = effects.flatMap((effect, i) => {
        const outcome = outcomes[i];
        return outcome !== undefined && E.isRight(outcome) ? [{ effect, i }] : [];
      });
      const [only] = items;
      if (only !== undefined && items.length === 1) {
        outcomes[only.i] = E.right(await affectOne(only.effect));
        return outcomes;
      }
      for (const line of linesOf(items, ({ effect }) => effect.worker_id)) {
        const found = await affectEach(line.map(({ effect }) => effect));
        line.forEach(({ effect, i }) => {
          outcomes[i] = E.right(found.get(effect.worker_id) ?? null);
        });
      }
      return outcomes;
    },
  };
};

type Found = ReadonlyMap<string, Worker>;

/** An update of one worker. */
interface Statement {
  readonly filter: Key;
  readonly update: Document | Document[];
  readonly upsert: boolean;
}

/** An effect as an update: a plain one where it always applies, else one that reads the worker. */
const updateOf = (
  { worker_id, set, when }: WorkerEffect,
  inserted: number,
): Statement["update"] => {
  const { heartbeat_stats, ...fields } = set;
  const wanted = {
    ...fields,
    ...heartbeat_stats === undefined ? {} : { heartbeat_stats: text(heartbeat_stats) },
  };
  // A worker that is not known is as a new one.
  const fresh = { ...newWorker(worker_id), inserted };
  return when.is === "always" ? plain(wanted, fresh) : [
    {
      $set: {
        ...mapped(fresh, (value, name) => ({ $ifNull: [`$${name}`, literal(value)] })),
        holds: conditionOf(when),
      },
    },
    {
      $set: mapped(wanted, (value, name) => ({ $cond: ["$holds", literal(value), `$${name}`] })),
    },
    { $unset: "holds" },
  ];
};

/** An operator with nothing to do is not sent. */
const plain = (set: object, fresh: object): Document => ({
  ...Object.keys(set).length === 0 ? {} : { $set: set },
  $setOnInsert: Object.fromEntries(Object.entries(fresh).filter(([name]) => !(name in set))),
});

const mapped = (
  fields: object,
  expression: (value: unknown, name: string) => unknown,
): Document =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, expression(value, name)]),
  );

const conditionOf = (when: Exclude<Condition, { readonly is: "always" }>): unknown => {
  switch (when.is) {
    case "not idle":
      return { $ne: ["$status", "idle"] };
    case "holding":
      return holding(when);
    case "free or holding":
      return { $or: [{ $eq: [{ $ifNull: ["$current_attempt_id", null] }, null] }, holding(when)] };
  }
};

const holding = (
  { rollout_id, attempt_id }: { readonly rollout_id: string; readonly attempt_id: string },
) => ({
  $and: [
    { $eq: ["$current_rollout_id", literal(rollout_id)] },
    { $eq: ["$current_attempt_id", literal(attempt_id)] },
  ],
});
