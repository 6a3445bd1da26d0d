/**
 * The least that the driver can do for each job: one command to one collection for each thing that
 * must be written, as many at once as there are callers. The documents have the shape and the size
 * of the store's, and the collection has the indexes that the store's queries need.
 */

import { MongoClient } from "mongodb";
import { spanOf } from "../span_of.ts";
import { secondsOf, shared, type Subject, taskOf } from "../subject.ts";

interface BareRollout {
  readonly _id: string;
  readonly input: string;
  readonly status: string;
  readonly inserted: number;
  readonly place: number | null;
  readonly config: Readonly<Record<string, unknown>>;
  readonly attempts: number;
  readonly attempt: Readonly<Record<string, unknown>> | null;
}

/** The jobs on a database of their own. */
export const bareMongo = async (uri: string): Promise<Subject & { close: () => Promise<void> }> => {
  const client = new MongoClient(uri, {
    writeConcern: { w: "majority", journal: true },
    readConcern: { level: "majority" },
  });
  const db = client.db();
  const rollouts = db.collection<BareRollout>("rollouts");
  const workers = db.collection<{ readonly _id: string }>("workers");
  const spans = db.collection<{ readonly _id: string }>("spans");
  await rollouts.createIndexes([
    { key: { place: 1 }, partialFilterExpression: { place: { $gt: 0 } } },
    { key: { deadline: 1 }, partialFilterExpression: { deadline: { $gt: 0 } } },
    { key: { status: 1, place: 1 } },
    { key: { inserted: 1 } },
  ]);
  let place = 0;

  const rolloutOf = (i: number): BareRollout => ({
    _id: `ro-${crypto.randomUUID().slice(24)}`,
    input: JSON.stringify(taskOf(i)),
    status: "queuing",
    inserted: ++place,
    place,
    config: {
      timeout_seconds: null,
      unresponsive_seconds: null,
      max_attempts: 1,
      retry_condition: [],
    },
    attempts: 0,
    attempt: null,
  });

  const setWorker = (worker_id: string, status: string, rollout_id: string | null) =>
    workers.updateOne(
      { _id: worker_id },
      { $set: { status, last_busy_time: Date.now(), current_rollout_id: rollout_id } },
      { upsert: true },
    );

  const enqueue = (i: number) => rollouts.insertOne(rolloutOf(i));

  const enqueueMany = (count: number) =>
    rollouts.insertMany(Array.from({ length: count }, (_, i) => rolloutOf(i)));

  const claim = async (worker_id: string) => {
    const claimed = await rollouts.findOneAndUpdate({ place: { $gt: 0 } }, {
      $set: {
        status: "preparing",
        place: null,
        attempt: {
          attempt_id: `at-${crypto.randomUUID().slice(0, 8)}`,
          sequence_id: 1,
          start_time: Date.now(),
          end_time: null,
          status: "preparing",
          worker_id,
          last_heartbeat_time: null,
          metadata: null,
        },
      },
      $inc: { attempts: 1 },
    }, { sort: { place: 1 }, returnDocument: "after" });
    if (claimed === null) throw new Error("The queue is empty");
    await setWorker(worker_id, "busy", claimed._id);
    return { rollout_id: claimed._id, input: JSON.parse(claimed.input) };
  };

  const claimed = async (count: number) => {
    await enqueueMany(count);
    const made: { readonly rollout_id: string }[] = [];
    for (let i = 0; i < count; i++) made.push(await claim("Worker-0"));
    return made;
  };

  return {
    enqueue: (operations, callers) => secondsOf(() => shared(operations, callers, enqueue)),

    "enqueue-many": (operations) => secondsOf(() => enqueueMany(operations)),

    claim: async (operations, callers) => {
      await enqueueMany(operations);
      return await secondsOf(() =>
        shared(operations, callers, (_, caller) => claim(`Worker-${caller}`))
      );
    },

    spans: async (operations, callers) => {
      const owners = await claimed(callers);
      const made = Array.from(
        { length: operations },
        (_, i) => spanOf(owners[i % callers]?.rollout_id ?? "", "at-1", i),
      );
      return await secondsOf(() =>
        shared(operations, callers, async (i) => {
          const span = made[i];
          if (span === undefined) return;
          const _id = `${span.rollout_id}/${span.attempt_id}/${span.span_id}`;
          await spans.insertOne({ _id, ...{ body: JSON.stringify(span) } });
          await rollouts.updateOne({ _id: span.rollout_id }, {
            $set: { "attempt.status": "running", "attempt.last_heartbeat_time": Date.now() },
          });
        })
      );
    },

    "attempt-update": async (operations, callers) => {
      const updated = await claimed(operations);
      return await secondsOf(() =>
        shared(operations, callers, async (i, caller) => {
          const end_time = Date.now();
          await rollouts.updateOne({ _id: updated[i]?.rollout_id ?? "" }, {
            $set: {
              status: "succeeded",
              end_time,
              "attempt.status": "succeeded",
              "attempt.end_time": end_time,
            },
          });
          await setWorker(`Worker-${caller}`, "idle", null);
        })
      );
    },

    close: () => client.close(),
  };
};
