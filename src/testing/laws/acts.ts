/** Batches for every intent of the port, whose items meet in the same records. */

import type { Backend, Batch } from "../../backend.ts";
import type { WorkerEffect } from "../../core/worker.ts";
import { spanOf } from "../span_of.ts";
import { LIVE, prompts } from "./peopled.ts";
import {
  attemptChange,
  newAttempt,
  type Outcome,
  queued,
  rolloutChange,
  started,
  wish,
} from "./records.ts";

/** The intents of the port. */
export type Intent =
  | "insert"
  | "claim"
  | "change"
  | "addSpans"
  | "allocate"
  | "affect"
  | "putResources";

/** A batch for one intent, for a backend that is peopled. */
export interface Act {
  readonly intent: Intent;
  /** Does the items as one batch. */
  readonly together: (backend: Backend) => Promise<readonly Outcome[]>;
  /** Does each item as a batch of its own. */
  readonly oneByOne: (backend: Backend) => Promise<readonly Outcome[]>;
  /** Does the items as one batch; answers with what it handed in. */
  readonly handedIn: (backend: Backend) => Promise<readonly unknown[]>;
  /** Does nothing, as a batch. */
  readonly none: (backend: Backend) => Promise<readonly Outcome[]>;
}

const act = <I, A>(
  intent: Intent,
  batchOf: (backend: Backend) => Batch<I, A>,
  items: () => readonly I[],
): Act => ({
  intent,
  together: (backend) => batchOf(backend)(items()),
  oneByOne: async (backend) => {
    const outcomes: Outcome[] = [];
    for (const item of items()) outcomes.push(...await batchOf(backend)([item]));
    return outcomes;
  },
  handedIn: async (backend) => {
    const handed = items();
    await batchOf(backend)(handed);
    return handed;
  },
  none: (backend) => batchOf(backend)([]),
});

/** One row or more for each intent. */
export const ACTS: readonly Act[] = [
  act("insert", (it) => it.insert, () => [
    [queued("ro-1"), started("ro-2", "at-1", "w-1")],
    [],
    [queued("ro-3"), queued("ro-1")],
    [started("ro-3", "at-1", "w-1")],
  ]),
  act("claim", (it) => it.claim, () => [
    wish(1, "w-1", ["at-x"]),
    wish(5, "w-2", ["at-x", "at-y"]),
    wish(1, "w-1"),
    wish(1, null),
  ]),
  act("change", (it) => it.change, () => [
    rolloutChange("ro-c", { input: [1], metadata: { n: 1 }, status: "failed" }),
    rolloutChange("ro-c", { metadata: { n: 2 } }),
    rolloutChange("ro-c", { status: "queuing" }),
    newAttempt("ro-b", "at-x"),
    attemptChange("ro-b", "at-x", { worker_id: "w-1", metadata: { n: [3] } }),
    attemptChange("ro-b", "at-x", { status: "failed" }),
    attemptChange(LIVE.rollout_id, "latest", { last_heartbeat_time: 30 }),
    newAttempt("ro-b", "at-x"),
  ]),
  act("addSpans", (it) => it.addSpans, () =>
    [
      [{ ...spanOf(LIVE, "s-1", { attributes: { a: ["x"] } }), sequence_id: null }],
      [spanOf(LIVE, "s-2", { sequence_id: 10, extra: { deep: [1] } }), spanOf(LIVE, "s-1")],
      [],
      [{ ...spanOf(LIVE, "s-3"), sequence_id: null }],
      [spanOf({ rollout_id: "ro-c", attempt_id: "at-1" }, "s-1", { sequence_id: 3 })],
      [spanOf({ rollout_id: "ro-none", attempt_id: "at-1" }, "s-1")],
    ].map((spans) => ({ spans, now: 20 }))),
  act("allocate", (it) => it.allocate, () => [
    ["ro-c", LIVE.rollout_id, "ro-c"],
    [],
    ["ro-none", "ro-c"],
  ]),
  act("affect", (it) => it.affect, (): readonly WorkerEffect[] => [
    { worker_id: "w-1", when: { is: "not idle" }, set: { status: "idle", last_idle_time: 6 } },
    { worker_id: "w-1", when: { is: "not idle" }, set: { last_idle_time: 7 } },
    { worker_id: "w-2", when: { is: "holding", ...LIVE }, set: { status: "busy" } },
    { worker_id: "w-1", when: { is: "always" }, set: { heartbeat_stats: { n: [1] } } },
  ]),
  act("putResources", (it) => it.putResources, () => [
    { resources_id: "rs-b", resources: prompts("b"), now: 6, fresh: true },
    { resources_id: "rs-b", resources: prompts("c"), now: 7, fresh: true },
    { resources_id: "rs-b", resources: {}, now: 8, fresh: false },
    { resources_id: "rs-a", resources: prompts("d"), now: 9, fresh: false },
  ]),
];
