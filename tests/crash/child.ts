/**
 * A process that writes to a store as fast as it can until it is killed, and tells of each write
 * when it is acknowledged. Each of its callers has one call under way.
 */

import { type EnqueueRolloutRequest, openStore, type PromiseStore } from "../../mod.ts";
import { spanOf } from "../../src/testing/span_of.ts";
import { say } from "../process.ts";
import type { Acknowledged, Batch } from "./acknowledged.ts";
import { LIMITS } from "./limits.ts";

const RUNNERS = 8;

/** As many as the runners finish while one call enqueues them, so that the queue stays short. */
const BATCHES = [1, 3];

const tell = (write: Acknowledged): void => say(JSON.stringify(write));

const enqueue = async (store: PromiseStore, round: number): Promise<never> => {
  for (let call = 0;; call++) {
    const batch: Batch = { batch: `${round}-${call}`, of: BATCHES[call % BATCHES.length] ?? 1 };
    const rollouts = Array.from({ length: batch.of }, (_, i): EnqueueRolloutRequest => ({
      input: batch,
      config: LIMITS[(call + i) % LIMITS.length] ?? null,
    }));
    const [first] = rollouts;
    const stored = first !== undefined && batch.of === 1
      ? [await store.enqueueRollout(first)]
      : await store.enqueueManyRollouts({ rollouts });
    stored.forEach(({ rollout_id }) => tell({ write: "enqueue", rollout_id, batch }));
  }
};

const run = async (store: PromiseStore, worker_id: string): Promise<never> => {
  for (let turn = 0;; turn++) {
    const claimed = await store.dequeueRollout({ worker_id });
    if (claimed === null) continue;
    const { rollout_id, attempt: { attempt_id, sequence_id } } = claimed;
    tell({ write: "claim", rollout_id, attempt_id, sequence_id });
    await trace(store, { rollout_id, attempt_id });
    const status = turn % 3 === 0 ? "failed" : "succeeded";
    await store.updateAttempt({ rollout_id, attempt_id, status });
    tell({ write: "finish", rollout_id, attempt_id, status });
  }
};

const trace = async (
  store: PromiseStore,
  attempt: { readonly rollout_id: string; readonly attempt_id: string },
): Promise<void> => {
  const sequence_id = await store.getNextSpanSequenceId(attempt);
  tell({ write: "allocate", rollout_id: attempt.rollout_id, sequence_id });
  const span = (call: string, of: number, i: number) =>
    spanOf(attempt, `${call}-${i}`, {
      sequence_id: sequence_id + i,
      attributes: { batch: `${attempt.attempt_id}-${call}`, of },
    });
  await store.addSpan({ span: span("root", 1, 0) });
  tell({ write: "span", ...attempt, span_id: "root-0" });
  const steps = await store.addManySpans({ spans: [span("steps", 2, 1), span("steps", 2, 2)] });
  steps.forEach(({ span_id }) => tell({ write: "span", ...attempt, span_id }));
};

/** Updates one id and adds another, by turns; the serial number only grows. */
const tune = async (store: PromiseStore, round: number): Promise<never> => {
  for (let serial = round * 1_000_000;; serial++) {
    const resources = {
      prompt: { resource_type: "prompt_template", template: String(serial), engine: "jinja" },
    } as const;
    const { resources_id, version } = serial % 2 === 0
      ? await store.updateResources({ resources_id: "rs-tuned", resources })
      : await store.addResources({ resources });
    tell({ write: "resources", resources_id, version, serial });
  }
};

const [path = "", durability = "", round = ""] = Deno.args;
const store = await openStore(`sqlite:${path}`, {
  sqlite: { durability: durability === "full" ? "full" : "normal" },
});
await Promise.all([
  enqueue(store, Number(round)),
  tune(store, Number(round)),
  ...Array.from({ length: RUNNERS }, (_, i) => run(store, `Worker-${i}`)),
]);
