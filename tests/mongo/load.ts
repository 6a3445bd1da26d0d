/** Callers that do all that a store can do, at once, and note what they were told. */

import { setTimeout as delay } from "node:timers/promises";
import type { AttemptedRollout, LightningStore } from "../../mod.ts";
import { otelSpan } from "../../src/testing/contract/otel_span.ts";
import { spanOf } from "../../src/testing/span_of.ts";
import { type Ledger, noteClaims, noteSetting, tell } from "./ledger.ts";

/** The limits of every rollout: two failures may be made good. */
export const MAX_ATTEMPTS = 3;

const CONFIG = { max_attempts: MAX_ATTEMPTS, retry_condition: ["failed"] } as const;

/** Resources that all stores write. */
export const SHARED_RESOURCES = ["rs-one", "rs-other"];

const RUNNERS = 3;

/** How many rollouts may wait, so that the queue stays short. */
const BACKLOG = 16;

interface Caller {
  readonly store: LightningStore;
  readonly ledger: Ledger;
  /** Tells its callers from those of other stores. */
  readonly name: string;
  readonly isOver: () => boolean;
}

/** Loads the stores, which are of one partition, until it is over and every call has ended. */
export const load = async (
  stores: readonly LightningStore[],
  ledger: Ledger,
  isOver: () => boolean,
): Promise<void> => {
  await Promise.all(stores.flatMap((store, i) => {
    const caller = { store, ledger, name: `S${i}`, isOver };
    return [
      enqueue(caller),
      ...Array.from({ length: RUNNERS }, (_, j) => run(caller, `Worker-${i}-${j}`)),
      tune(caller),
      meddle(caller, stores.length, i),
    ];
  }));
};

/** Empties the queue: every rollout that is in it comes to an end. */
export const drain = async (stores: readonly LightningStore[], ledger: Ledger): Promise<void> => {
  for (const store of stores) {
    while (true) {
      const claimed = await tell(
        ledger,
        "dequeueManyRollouts",
        store.dequeueManyRollouts({ limit: 8 }),
      );
      if (!claimed.known || claimed.value.length === 0) break;
      noteClaims(ledger, claimed.value);
      await Promise.all(
        claimed.value.map(({ rollout_id, attempt: { attempt_id } }) =>
          finish({ store, ledger }, { rollout_id, attempt_id }, "succeeded")
        ),
      );
    }
  }
};

/** One at a time, and many, by turns. */
const enqueue = async ({ store, ledger, name, isOver }: Caller): Promise<void> => {
  for (let call = 0; !isOver(); call++) {
    const inputs = Array.from({ length: call % 2 === 0 ? 1 : 3 }, (_, i) => `${name}-${call}-${i}`);
    const rollouts = inputs.map((input) => ({ input, config: CONFIG }));
    const [first] = rollouts;
    const told = first !== undefined && rollouts.length === 1
      ? await tell(ledger, "enqueueRollout", async () => {
        const outcome = await store.enqueueRollout(first)();
        return outcome._tag === "Left" ? outcome : { ...outcome, right: [outcome.right] };
      })
      : await tell(ledger, "enqueueManyRollouts", store.enqueueManyRollouts({ rollouts }));
    ledger.enqueued.push({
      inputs,
      rollout_ids: told.known ? told.value.map(({ rollout_id }) => rollout_id) : null,
    });
    while (!isOver() && backlogOf(ledger) > BACKLOG) await pause();
  }
};

const backlogOf = ({ enqueued, begun }: Ledger): number =>
  enqueued.reduce((sum, { inputs }) => sum + inputs.length, 0) -
  new Set(begun.map(({ rollout_id }) => rollout_id)).size;

/** Claims one and claims many by turns, and brings what it gets to an end. */
const run = async (caller: Caller, worker_id: string): Promise<void> => {
  const { store, ledger, isOver } = caller;
  for (let turn = 0; !isOver(); turn++) {
    const told = turn % 3 === 2
      ? await tell(
        ledger,
        "dequeueManyRollouts",
        store.dequeueManyRollouts({ limit: 2, worker_id }),
      )
      : await tell(ledger, "dequeueRollout", async () => {
        const outcome = await store.dequeueRollout({ worker_id })();
        if (outcome._tag === "Left") return outcome;
        return { ...outcome, right: outcome.right === null ? [] : [outcome.right] };
      });
    if (!told.known || told.value.length === 0) {
      await pause();
      continue;
    }
    noteClaims(ledger, told.value);
    await Promise.all(told.value.map((claimed, i) => tryOut(caller, claimed, turn + i)));
    await report(caller, worker_id, turn);
  }
};

interface AttemptIds {
  readonly rollout_id: string;
  readonly attempt_id: string;
}

const tryOut = async (caller: Caller, claimed: AttemptedRollout, turn: number): Promise<void> => {
  const { store, ledger } = caller;
  const { rollout_id, attempt: { sequence_id } } = claimed;
  const first = { rollout_id, attempt_id: claimed.attempt.attempt_id };
  await trace(caller, first);
  let last = first;
  if (turn % 5 === 4) {
    const told = await tell(ledger, "startAttempt", store.startAttempt({ rollout_id }));
    if (told.known) {
      const { attempt: { attempt_id, sequence_id } } = told.value;
      ledger.begun.push({ rollout_id, attempt_id, sequence_id, by: "start" });
      last = { rollout_id, attempt_id };
    } else {
      ledger.perhapsBegun.push(rollout_id);
    }
  }
  const fails = turn % 4 === 1 && last === first && sequence_id < MAX_ATTEMPTS;
  await finish(caller, last, fails ? "failed" : "succeeded");
};

/** Spans that bring their sequence ids, one and two at once, and one that gets its own. */
const trace = async (
  { store, ledger }: Caller,
  attempt: AttemptIds,
): Promise<void> => {
  const { rollout_id, attempt_id } = attempt;
  const numbers = await tell(
    ledger,
    "getManySpanSequenceIds",
    store.getManySpanSequenceIds({ pairs: [attempt, attempt, attempt] }),
  );
  if (numbers.known) {
    const [one, ...others] = numbers.value.map((sequence_id) => {
      ledger.allocated.push({ rollout_id, sequence_id });
      return spanOf(attempt, `${attempt_id}-${sequence_id}`, { sequence_id });
    });
    if (one === undefined) return;
    const single = await tell(ledger, "addSpan", store.addSpan({ span: one }));
    note(ledger, one, single.known ? single.value?.sequence_id : null);
    const several = await tell(ledger, "addManySpans", store.addManySpans({ spans: others }));
    for (const span of others) {
      const stored = several.known
        ? several.value.find(({ span_id }) => span_id === span.span_id)
        : null;
      note(ledger, span, stored === null ? null : stored?.sequence_id);
    }
  }
  const span_id = `${attempt_id}-own`;
  const own = await tell(
    ledger,
    "addOtelSpan",
    store.addOtelSpan({ ...attempt, readable_span: otelSpan(span_id) }),
  );
  note(ledger, { ...attempt, span_id }, own.known ? own.value?.sequence_id : null);
};

/** Notes a span; null for one of which nobody knows, undefined for one that is said to be old. */
const note = (
  ledger: Ledger,
  { rollout_id, attempt_id, span_id }: AttemptIds & { readonly span_id: string },
  sequence_id: number | null | undefined,
): void => {
  if (sequence_id === undefined) ledger.faults.push(`span ${span_id} is new, but said to be old`);
  ledger.spans.push({ rollout_id, attempt_id, span_id, sequence_id: sequence_id ?? null });
};

const finish = async (
  { store, ledger }: Pick<Caller, "store" | "ledger">,
  attempt: AttemptIds,
  status: "succeeded" | "failed",
): Promise<void> => {
  const { known } = await tell(
    ledger,
    "updateAttempt",
    store.updateAttempt({ ...attempt, status }),
  );
  ledger.finished.push({ ...attempt, status, known });
};

const report = async (
  { store, ledger }: Caller,
  worker_id: string,
  value: number,
): Promise<void> => {
  const { known } = await tell(
    ledger,
    "updateWorker",
    store.updateWorker({ worker_id, heartbeat_stats: { value } }),
  );
  noteSetting(ledger.reports, worker_id, { value, known });
};

/** Writes resources that others write too, and new ones. */
const tune = async ({ store, ledger, name, isOver }: Caller): Promise<void> => {
  for (let call = 0; !isOver(); call++) {
    const text = `${name}-${call}`;
    const resources = {
      prompt: { resource_type: "prompt_template", template: text, engine: "jinja" },
    } as const;
    const shared = SHARED_RESOURCES[call % 3];
    const told = shared === undefined
      ? await tell(ledger, "addResources", store.addResources({ resources }))
      : await tell(
        ledger,
        "updateResources",
        store.updateResources({ resources_id: shared, resources }),
      );
    ledger.resources.push({
      resources_id: told.known ? told.value.resources_id : shared ?? null,
      version: told.known ? told.value.version : null,
      text,
    });
    await pause();
  }
};

/** Changes rollouts under the hands of those who try them; each rollout has one meddler. */
const meddle = async (
  { store, ledger, isOver }: Caller,
  meddlers: number,
  mine: number,
): Promise<void> => {
  for (let value = 0; !isOver(); value++) {
    const ids = ledger.begun.slice(-4 * meddlers).map(({ rollout_id }) => rollout_id)
      .filter((id) => parseInt(id.slice(-2), 16) % meddlers === mine);
    const rollout_id = ids[value % ids.length];
    if (rollout_id !== undefined) {
      const { known } = await tell(
        ledger,
        "updateRollout",
        store.updateRollout({ rollout_id, metadata: { value } }),
      );
      noteSetting(ledger.metadata, rollout_id, { value, known });
    }
    await pause();
  }
};

const pause = () => delay(10);
