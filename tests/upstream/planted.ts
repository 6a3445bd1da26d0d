/** Stores of agent-lightning's that were not written by it: each document is what a test wants. */

import { type Document, MongoClient, ObjectId } from "mongodb";
import type { ImportKind } from "../../mod.ts";
import { upstreamCollections } from "../../src/backends/mongo/upstream/documents.ts";
import { spanOf } from "../../src/testing/span_of.ts";
import { freshDatabase } from "../mongo_server/needs_mongo.ts";

/** Documents of each kind, without what every document has. */
export type Planting = Partial<Readonly<Record<ImportKind, readonly Document[]>>>;

/** The partition of what is planted. */
export const PARTITION = "pt-a";

/** Writes documents to a new database, in their order; answers with its address. */
export const planted = async (planting: Planting): Promise<string> => {
  const uri = await freshDatabase("replica set");
  await plant(uri, planting);
  return uri;
};

/** Writes more documents. */
export const plant = async (uri: string, planting: Planting): Promise<void> => {
  await using client = new MongoClient(uri);
  const collections = upstreamCollections(client.db());
  for (const kind of KINDS) {
    const documents = planting[kind] ?? [];
    if (documents.length === 0) continue;
    await collections[kind].insertMany(
      documents.map((fields) => ({ _id: new ObjectId(), partition_id: PARTITION, ...fields })),
    );
  }
};

/** All kinds. */
export const KINDS: readonly ImportKind[] = [
  "rollouts",
  "attempts",
  "spans",
  "resources",
  "workers",
  "counters",
  "queue",
];

export const rollout = (rollout_id: string, fields: Document = {}): Document => ({
  rollout_id,
  input: { question: rollout_id },
  start_time: 1_700_000_000.25,
  end_time: 1_700_000_009.5,
  mode: "train",
  resources_id: null,
  status: "succeeded",
  config: {
    timeout_seconds: null,
    unresponsive_seconds: null,
    max_attempts: 1,
    retry_condition: [],
  },
  metadata: null,
  ...fields,
});

export const attempt = (
  rollout_id: string,
  attempt_id: string,
  fields: Document = {},
): Document => ({
  rollout_id,
  attempt_id,
  sequence_id: 1,
  start_time: 1_700_000_001.5,
  end_time: 1_700_000_009.5,
  status: "succeeded",
  worker_id: "Worker-1",
  last_heartbeat_time: null,
  metadata: null,
  ...fields,
});

export const span = (
  rollout_id: string,
  attempt_id: string,
  span_id: string,
  fields: Document = {},
): Document => ({ ...spanOf({ rollout_id, attempt_id }, span_id), ...fields });

export const resources = (resources_id: string, fields: Document = {}): Document => ({
  resources_id,
  create_time: 1_700_000_000.5,
  update_time: 1_700_000_000.5,
  version: 1,
  resources: { main: { resource_type: "prompt_template", template: "{x}", engine: "f-string" } },
  ...fields,
});

export const worker = (worker_id: string, fields: Document = {}): Document => ({
  worker_id,
  status: "idle",
  heartbeat_stats: null,
  last_heartbeat_time: null,
  last_dequeue_time: null,
  last_busy_time: null,
  last_idle_time: null,
  current_rollout_id: null,
  current_attempt_id: null,
  ...fields,
});

export const counter = (key: string, value: unknown): Document => ({ key, value });

export const entry = (value: unknown, fields: Document = {}): Document => ({
  value,
  consumed: false,
  created_at: new Date(1_700_000_000_000),
  ...fields,
});

/** Something of each kind: of three rollouts one waits, one was tried once, and one twice. */
export const history = (rollouts: number): Planting => {
  const ids = Array.from({ length: rollouts }, (_, i) => `ro-${i}`);
  const [waiting, once, twice] = [0, 1, 2].map((rest) => ids.filter((_, i) => i % 3 === rest));
  const attempts = [
    ...[...once ?? [], ...twice ?? []].map((id) => attempt(id, "at-1")),
    ...(twice ?? []).map((id) => attempt(id, "at-2", { sequence_id: 2 })),
  ];
  return {
    rollouts: ids.map((id) =>
      rollout(id, waiting?.includes(id) ? { status: "queuing", end_time: null } : {})
    ),
    attempts,
    spans: attempts.map(({ rollout_id, attempt_id }) => span(rollout_id, attempt_id, "s-1")),
    resources: [
      resources("rs-1"),
      resources("rs-2", { update_time: 1_700_000_002.5, version: 2 }),
      resources("rs-3", { update_time: 1_700_000_001.5 }),
    ],
    workers: [worker("Worker-1", { heartbeat_stats: { cpu: 0.5 } }), worker("Worker-2")],
    counters: ids.map((id, i) => counter(id, i)),
    queue: (waiting ?? []).map((id) => entry(id)),
  };
};
