/** Callers that write to a store as fast as they can, and tell of each write that is acknowledged. */

import type { EnqueueRolloutRequest, PromiseStore } from "../../mod.ts";
import { spanOf } from "../../src/testing/span_of.ts";
import type { Acknowledged, Batch } from "./acknowledged.ts";
import { LIMITS } from "./limits.ts";

const RUNNERS = 8;

/** As many as the runners finish while one call enqueues them, so that the queue stays short. */
const BATCHES = [1, 3];

/** What callers do. */
export interface Load {
  /** The store of one more caller. */
  readonly connect: () => PromiseStore;
  /** Takes a write, once the store's promise has resolved. */
  readonly tell: (write: Acknowledged) => void;
  /** Tells this load from others on the same data; it only grows. */
  readonly round: number;
  /** Whether callers end what they are at, and begin nothing more. */
  readonly isOver: () => boolean;
}

/** Lets them write until it is over. Each has one call under way. */
export const load = async (it: Load): Promise<void> => {
  await Promise.all([
    enqueue(it.connect(), it),
    tune(it.connect(), it),
    ...Array.from({ length: RUNNERS }, (_, i) => run(it.connect(), `Worker-${i}`, it)),
  ]);
};

const enqueue = async (
  store: PromiseStore,
  { round, tell, isOver }: Load,
): Promise<void> => {
  for (let call = 0; !isOver(); call++) {
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

const run = async (
  store: PromiseStore,
  worker_id: string,
  { tell, isOver }: Load,
): Promise<void> => {
  for (let turn = 0; !isOver(); turn++) {
    const claimed = await store.dequeueRollout({ worker_id });
    if (claimed === null) continue;
    const { rollout_id, attempt: { attempt_id, sequence_id } } = claimed;
    tell({ write: "claim", rollout_id, attempt_id, sequence_id });
    await trace(store, { rollout_id, attempt_id }, tell);
    const status = turn % 3 === 0 ? "failed" : "succeeded";
    await store.updateAttempt({ rollout_id, attempt_id, status });
    tell({ write: "finish", rollout_id, attempt_id, status });
  }
};

const trace = async (
  store: PromiseStore,
  attempt: { readonly rollout_id: string; readonly attempt_id: string },
  tell: Load["tell"],
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
  const steps = [span("steps", 2, 1), span("steps", 2, 2)];
  // Those that were stored before their first answer was lost are not in the second one.
  await store.addManySpans({ spans: steps });
  steps.forEach(({ span_id }) => tell({ write: "span", ...attempt, span_id }));
};

/** Updates one id and adds another, by turns; the serial number only grows. */
const tune = async (
  store: PromiseStore,
  { round, tell, isOver }: Load,
): Promise<void> => {
  for (let serial = round * 1_000_000; !isOver(); serial++) {
    const resources = {
      prompt: { resource_type: "prompt_template", template: String(serial), engine: "jinja" },
    } as const;
    const { resources_id, version } = serial % 2 === 0
      ? await store.updateResources({ resources_id: "rs-tuned", resources })
      : await store.addResources({ resources });
    tell({ write: "resources", resources_id, version, serial });
  }
};
