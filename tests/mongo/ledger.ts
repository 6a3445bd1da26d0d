/** What callers were told by a store, call by call, to be held against what it has in the end. */

import type { AttemptedRollout, AttemptStatus, StoreError, StoreTask } from "../../mod.ts";

/** What became of a call: its value, or nothing that is known. */
export type Told<A> = { readonly known: true; readonly value: A } | { readonly known: false };

/** Rollouts that one call enqueued. */
export interface Enqueued {
  readonly inputs: readonly string[];
  /** Null where nobody knows. */
  readonly rollout_ids: readonly string[] | null;
}

/** An attempt that a caller was told of. */
export interface Begun {
  readonly rollout_id: string;
  readonly attempt_id: string;
  readonly sequence_id: number;
  readonly by: "claim" | "start";
}

/** The end of an attempt. */
export interface Finished {
  readonly rollout_id: string;
  readonly attempt_id: string;
  readonly status: AttemptStatus;
  readonly known: boolean;
}

/** A span that one call stored. */
export interface Stored {
  readonly rollout_id: string;
  readonly attempt_id: string;
  readonly span_id: string;
  /** Null where nobody knows. */
  readonly sequence_id: number | null;
}

/** A version of resources that one call wrote. */
export interface Written {
  /** Null where the store was to choose, and nobody knows. */
  readonly resources_id: string | null;
  /** Null where nobody knows. */
  readonly version: number | null;
  readonly text: string;
}

/** One of the values that one caller has given to a field, one after another. */
export interface Setting {
  readonly value: number;
  readonly known: boolean;
}

/** Everything that callers were told. */
export interface Ledger {
  readonly enqueued: Enqueued[];
  readonly begun: Begun[];
  /** Rollouts with an attempt that was to start, and nobody knows; one entry for each call. */
  readonly perhapsBegun: string[];
  readonly finished: Finished[];
  readonly spans: Stored[];
  /** Sequence ids that were allocated. */
  readonly allocated: { readonly rollout_id: string; readonly sequence_id: number }[];
  readonly resources: Written[];
  /** The metadata of rollouts. */
  readonly metadata: Map<string, Setting[]>;
  /** The reports of workers. */
  readonly reports: Map<string, Setting[]>;
  /** How many calls there were. */
  calls: number;
  /** How often each call failed, with what its last failure said. */
  readonly failed: Map<string, { readonly times: number; readonly message: string }>;
  /** What must not happen: calls that reject, do not end, or refuse what is right. */
  readonly faults: string[];
}

export const emptyLedger = (): Ledger => ({
  enqueued: [],
  begun: [],
  perhapsBegun: [],
  finished: [],
  spans: [],
  allocated: [],
  resources: [],
  metadata: new Map(),
  reports: new Map(),
  calls: 0,
  failed: new Map(),
  faults: [],
});

/** How long a call may take: the driver's waits and ours, and a slow machine. */
export const PATIENCE_MS = 40_000;

/** Makes a call and notes how it failed, if it did. */
export const tell = async <A>(
  ledger: Ledger,
  name: string,
  task: StoreTask<A>,
): Promise<Told<A>> => {
  ledger.calls += 1;
  const fault = (what: string): Told<A> => {
    ledger.faults.push(`${name} ${what}`);
    return { known: false };
  };
  const { promise: late, resolve } = Promise.withResolvers<"late">();
  const timer = setTimeout(() => resolve("late"), PATIENCE_MS);
  try {
    const outcome = await Promise.race([task(), late]);
    if (outcome === "late") return fault("does not end");
    if (outcome._tag === "Right") return { known: true, value: outcome.right };
    if (outcome.left._tag !== "Backend") return fault(`refuses: ${wordsOf(outcome.left)}`);
    const { times = 0 } = ledger.failed.get(name) ?? {};
    ledger.failed.set(name, { times: times + 1, message: outcome.left.message });
    return { known: false };
  } catch (cause) {
    return fault(`rejects: ${cause}`);
  } finally {
    clearTimeout(timer);
  }
};

/** Notes attempts that a claim has begun. */
export const noteClaims = (ledger: Ledger, claimed: readonly AttemptedRollout[]): void => {
  for (const { rollout_id, attempt: { attempt_id, sequence_id } } of claimed) {
    ledger.begun.push({ rollout_id, attempt_id, sequence_id, by: "claim" });
  }
};

/** Notes that a field was set. */
export const noteSetting = (
  settings: Map<string, Setting[]>,
  name: string,
  setting: Setting,
): void => {
  const known = settings.get(name);
  if (known === undefined) settings.set(name, [setting]);
  else known.push(setting);
};

/** The figures of a run. */
export const figuresOf = (ledger: Ledger): Readonly<Record<string, unknown>> => ({
  calls: ledger.calls,
  failed: Object.fromEntries([...ledger.failed].map(([name, { times }]) => [name, times])),
  rollouts: ledger.enqueued.length,
  attempts: ledger.begun.length,
  spans: ledger.spans.length,
  resources: ledger.resources.length,
});

const wordsOf = ({ _tag, message }: StoreError): string => `${_tag}, ${message}`;
