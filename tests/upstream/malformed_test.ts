/** Documents that agent-lightning's store should not have: each is left out, with a reason. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Document, MaxKey, ObjectId } from "mongodb";
import { type ImportKind, type ImportReport, openStore } from "../../mod.ts";
import { convertRollout } from "../../src/backends/mongo/upstream/convert.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import { countsOf, imported } from "./imported.ts";
import {
  attempt,
  counter,
  entry,
  KINDS,
  PARTITION,
  planted,
  type Planting,
  resources,
  rollout,
  span,
  worker,
} from "./planted.ts";

/** A document that is left out, and the beginning of the reason. */
type Row = readonly [document: Document, reason: string];

const without = (document: Document, field: string): Document =>
  Object.fromEntries(Object.entries(document).filter(([name]) => name !== field));

/** Fits in BSON; in JSON each character is six bytes, and all are more than a document holds. */
const HUGE = "\u0001".repeat(3 * 2 ** 20);

const prompt = (fields: Document): Document => ({
  main: { resource_type: "prompt_template", template: "{x}", engine: "jinja", ...fields },
});

const TEXT = "expected a string without NUL or lone surrogates";

const SIZE = "expected at most 15728640 bytes of JSON";

const NO_ROLLOUT = "there is no such rollout";

const LEFT_OUT = "its rollout is left out";

const ROWS: Readonly<Record<ImportKind, readonly Row[]>> = {
  rollouts: [
    [without(rollout(""), "rollout_id"), `rollout_id: ${TEXT}`],
    [rollout("", { rollout_id: 7 }), `rollout_id: ${TEXT}`],
    [rollout("ro-status", { status: "paused" }), 'status: expected one of "queuing", '],
    [rollout("ro-time", { start_time: "yesterday" }), "start_time: expected a finite number, "],
    [without(rollout("ro-timeless"), "start_time"), "start_time: expected a finite number, "],
    [rollout("ro-date", { end_time: new Date(0) }), "end_time: expected a finite number or null"],
    [rollout("ro-input", { input: [new MaxKey()] }), "input[0]: expected a JSON value, got a Max"],
    [rollout("ro-mode", { mode: "eval" }), 'mode: expected one of "train", "val", "test" or null'],
    [rollout("ro-config", { config: { max_attempts: 0 } }), "config.max_attempts: expected an "],
    [rollout("ro-metadata", { metadata: [] }), "metadata: expected a JSON object or null, got an"],
    [rollout("ro-huge", { input: HUGE }), `a rollout with its attempts: ${SIZE}`],
    [rollout("ro-sleeping"), "attempt.status: expected one of "],
    [rollout("ro-nameless"), `attempt.attempt_id: ${TEXT}`],
    [rollout("ro-twice"), "attempt.attempt_id: expected one that no other attempt of the rollout"],
    [rollout("ro-tried"), `a rollout with its attempts: ${SIZE}`],
  ],
  attempts: [
    [attempt("ro-none", "at-none"), NO_ROLLOUT],
    [attempt("", "at-7", { rollout_id: 7 }), NO_ROLLOUT],
    [without(attempt("", "at-nowhere"), "rollout_id"), NO_ROLLOUT],
    [attempt("ro-sleeping", "at-sleeping", { status: "sleeping" }), LEFT_OUT],
    [without(attempt("ro-nameless", ""), "attempt_id"), LEFT_OUT],
    [attempt("ro-twice", "at-twice"), LEFT_OUT],
    [attempt("ro-twice", "at-twice", { sequence_id: 2 }), LEFT_OUT],
    [attempt("ro-tried", "at-tried", { metadata: { HUGE } }), LEFT_OUT],
  ],
  spans: [
    [span("ro-none", "at-1", "s-none"), NO_ROLLOUT],
    [span("ro-good", "at-none", "s-untried"), "there is no such attempt"],
    [span("ro-sleeping", "at-sleeping", "s-sleeping"), LEFT_OUT],
    [without(span("ro-good", "at-1", ""), "span_id"), `span_id: ${TEXT}`],
    [span("", "at-1", "s-7", { rollout_id: 7 }), `rollout_id: ${TEXT}`],
    [without(span("ro-good", "at-1", "s-bare"), "attributes"), "attributes: expected an object"],
    [span("ro-good", "at-1", "s-half", { sequence_id: 1.5 }), "sequence_id: expected an integer"],
    [span("ro-good", "at-1", "s-huge", { attributes: { HUGE } }), `a span: ${SIZE}`],
  ],
  resources: [
    [without(resources(""), "resources_id"), `resources_id: ${TEXT}`],
    [
      resources("rs-engine", { resources: prompt({ engine: "mustache" }) }),
      "resources.main.engine: expected one of ",
    ],
    [
      resources("rs-type", { resources: prompt({ resource_type: "weights" }) }),
      "resources.main.resource_type: expected one of ",
    ],
    [
      resources("rs-huge", { resources: prompt({ template: HUGE }) }),
      `resources: ${SIZE}`,
    ],
  ],
  workers: [
    [without(worker(""), "worker_id"), `worker_id: ${TEXT}`],
    [worker("Worker-status", { status: "asleep" }), "status: expected one of "],
    [worker("Worker-huge", { heartbeat_stats: { HUGE } }), `heartbeat_stats: ${SIZE}`],
  ],
  counters: [
    [counter("ro-many", "many"), "value: expected an integer"],
    [{ key: 7, value: 1 }, `key: ${TEXT}`],
  ],
  queue: [
    [entry(7), `value: ${TEXT}`],
    [without(entry("ro-good"), "consumed"), "consumed: expected a boolean"],
    [entry("ro-none"), NO_ROLLOUT],
    [entry("ro-status"), LEFT_OUT],
  ],
};

/** What is as it should be, and stands before and behind all of that. */
const GOOD: Planting = {
  // One has the id, as a text, that some documents have as a number.
  rollouts: [rollout("ro-good"), rollout("7")],
  attempts: [attempt("ro-good", "at-1"), attempt("7", "at-1")],
  spans: [span("ro-good", "at-1", "s-good"), span("7", "at-1", "s-good")],
  resources: [resources("rs-good"), resources("rs-better")],
  workers: [worker("Worker-good"), worker("Worker-better")],
  counters: [counter("ro-good", 3), counter("7", 4)],
  queue: [entry("ro-good"), entry("7")],
};

const all: Planting = Object.fromEntries(
  KINDS.map((kind) => {
    const [first = {}, last = {}] = GOOD[kind] ?? [];
    return [kind, [first, ...ROWS[kind].map(([document]) => document), last]];
  }),
);

mongoTest(
  "importUpstream: what is malformed is left out with a reason, and nothing else",
  async () => {
    const source = await planted(all);
    const target = await freshDatabase("replica set");
    const dry = await imported(source, target, { dryRun: true });
    const report = await imported(source, target);
    assertEquals({ ...dry, dryRun: false }, report);
    for (const kind of KINDS) assertEquals(skippedIn(report, kind), skippedBy(kind), kind);
    assertEquals(countsOf(report, ({ imported }) => imported), lengthsOf(GOOD));
    assertEquals(countsOf(report, ({ found }) => found), lengthsOf(all));

    const store = await openStore(target, {
      mongo: { partition: PARTITION },
      scanDebounceSeconds: 1e9,
    });
    const { items } = await store.queryRollouts();
    assertEquals(items.map(({ rollout_id }) => rollout_id), ["ro-good", "7"]);
    await store.close();
  },
);

Deno.test("importUpstream: a rollout whose attempts are too many for a document is left out", () => {
  const ofPartition = (fields: Document) => ({ _id: 0, partition_id: PARTITION, ...fields });
  const tries = Array.from(
    { length: 100_000 },
    (_, i) => ofPartition(attempt("ro-1", `at-${i}`, { sequence_id: i + 1 })),
  );
  const outcomes = [tries.slice(0, 1000), tries].map((attempts) =>
    convertRollout(ofPartition(rollout("ro-1")), attempts, {
      partition: "p",
      inserted: 1,
      placeOf: () => null,
    })
  );
  assertEquals(outcomes.map(({ _tag }) => _tag), ["Right", "Left"]);
  const [, refused] = outcomes;
  assertStringIncludes(refused?._tag === "Left" ? refused.left : "", SIZE);
});

/** What was left out: what it is called, and the reason as far as its row has it. */
const skippedIn = (report: ImportReport, kind: ImportKind): readonly string[] =>
  report[kind].reasons.flatMap(({ reason, ids }) => {
    const [, expected = reason] = ROWS[kind].find(([, it]) => reason.startsWith(it)) ?? [];
    return ids.map((id) => `${ObjectId.isValid(id) ? UNNAMED : id}: ${expected}`);
  }).toSorted();

const skippedBy = (kind: ImportKind): readonly string[] =>
  ROWS[kind].map(([document, reason]) => {
    const id: unknown = document[ID[kind]];
    return `${typeof id === "string" ? id : UNNAMED}: ${reason}`;
  }).toSorted();

/** What has no id of its own is called by its document's. */
const UNNAMED = "unnamed";

const ID: Readonly<Record<ImportKind, string>> = {
  rollouts: "rollout_id",
  attempts: "attempt_id",
  spans: "span_id",
  resources: "resources_id",
  workers: "worker_id",
  counters: "key",
  queue: "value",
};

const lengthsOf = (planting: Planting): Readonly<Record<string, number>> =>
  Object.fromEntries(KINDS.map((kind) => [kind, planting[kind]?.length ?? 0]));
