/**
 * Those that make one document at once: a server may refuse each of them but one, with E11000. What
 * brings that about here is a document with the same id in another partition, which moves to this
 * one when it has been in the way.
 */

import { assertEquals, assertGreater } from "@std/assert";
import { MongoClient } from "mongodb";
import type { PromiseStore } from "../../mod.ts";
import { COLLECTION_NAMES, type Collections } from "../../src/backends/mongo/collections.ts";
import { keysOf } from "../../src/backends/mongo/documents.ts";
import { spanOf } from "../../src/testing/span_of.ts";
import { cuttingProxy } from "../mongo_server/cutting_proxy.ts";
import {
  freshDatabase,
  mongoTest,
  sharedServer,
  withDatabase,
} from "../mongo_server/needs_mongo.ts";
import { monitored } from "./monitored.ts";

const key = keysOf("monitored");

/** How late each write is, so that a document can move between two tries. */
const LATE_MS = 100;

/** A store, and another who makes documents at the same time. */
const besideAnother = async () => {
  const uri = await freshDatabase("replica set");
  const network = cuttingProxy(await sharedServer("replica set"));
  const it = await monitored(withDatabase(network.uri, new URL(uri).pathname.slice(1)));
  const other = new MongoClient(uri);
  return {
    store: it.store,
    /** The other is about to make a document; answers with how often it was in the way. */
    makes: async (collection: keyof Collections, ids: readonly string[]) => {
      const documents = other.db().collection<{ _id: string; partition: string }>(
        COLLECTION_NAMES[collection],
      );
      const { _id, partition } = key(...ids);
      await documents.insertOne({ _id, partition: "elsewhere" });
      const refusals: Promise<unknown>[] = [];
      const look = (answer: unknown) => {
        if (!String(answer).includes("E11000")) return;
        refusals.push(documents.updateOne({ _id }, { $set: { partition } }));
      };
      it.client.on("commandFailed", ({ failure }) => look(failure.message));
      it.client.on("commandSucceeded", ({ reply }) => look(JSON.stringify(reply)));
      network.delay({ commands: ["findAndModify", "update"], when: "before" }, LATE_MS);
      return async () => (await Promise.all(refusals)).length;
    },
    [Symbol.asyncDispose]: async () => {
      await it[Symbol.asyncDispose]();
      await network.close();
      await other.close();
    },
  };
};

interface Case {
  readonly what: string;
  readonly collection: keyof Collections;
  /** What its id is made of, after the partition. */
  readonly ids: (rollout_id: string) => readonly string[];
  readonly run: (
    store: PromiseStore,
    attempt: { readonly rollout_id: string; readonly attempt_id: string },
  ) => Promise<unknown>;
  readonly answer: unknown;
}

const CASES: readonly Case[] = [
  {
    what: "the counter of a rollout's spans, where an id is drawn",
    collection: "counters",
    ids: (rollout_id) => [rollout_id],
    run: (store, attempt) => store.getNextSpanSequenceId(attempt),
    answer: 1,
  },
  {
    what: "the counter of a rollout's spans, where an id is brought",
    collection: "counters",
    ids: (rollout_id) => [rollout_id],
    run: async (store, attempt) => {
      await store.addSpan({ span: spanOf(attempt, "s-1", { sequence_id: 7 }) });
      return await store.getNextSpanSequenceId(attempt);
    },
    answer: 8,
  },
  {
    what: "the count of the writes of resources",
    collection: "writes",
    ids: () => [],
    run: async (store) => (await store.addResources({ resources: {} })).version,
    answer: 1,
  },
  {
    what: "a worker",
    collection: "workers",
    ids: () => ["Worker-0"],
    run: async (store) =>
      (await store.updateWorker({ worker_id: "Worker-0", heartbeat_stats: { cpu: 1 } }))
        .heartbeat_stats,
    answer: { cpu: 1 },
  },
];

for (const { what, collection, ids, run, answer } of CASES) {
  mongoTest(`mongo: another may make ${what} at the same time`, async () => {
    await using it = await besideAnother();
    const { rollout_id, attempt: { attempt_id } } = await it.store.startRollout({ input: 1 });
    const refusals = await it.makes(collection, ids(rollout_id));
    assertEquals(await run(it.store, { rollout_id, attempt_id }), answer);
    assertGreater(await refusals(), 0);
  });
}
