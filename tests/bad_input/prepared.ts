/** Stores to try bad input on, called as by a caller without types. */

import {
  connectStore,
  createStore,
  httpApp,
  type LightningStore,
  memory,
  sqlite,
} from "../../mod.ts";
import { standingClock } from "../../src/testing/mod.ts";
import type { Ids } from "./operations.ts";

/** What an operation answers, as far as a caller without types can tell. */
export type Outcome =
  | { readonly _tag: "Right"; readonly right: unknown }
  | {
    readonly _tag: "Left";
    readonly left: {
      readonly _tag: string;
      readonly message: string;
      readonly argument?: string;
      readonly faults?: readonly { readonly path: string }[];
    };
  };

/** A store that holds one claimed rollout. */
export interface Prepared {
  readonly store: LightningStore;
  readonly ids: Ids;
}

/** The same, with what is peculiar to the kind of store. */
interface Opened extends Prepared {
  /** Whether a record may be asked for by an id: a URL does not hold each. */
  readonly isName: (id: string) => boolean;
}

/** Runs a test on every store. */
export const onEachStore = (name: string, test: (opened: Opened) => Promise<void>): void => {
  for (const [backend, { open, isName = () => true }] of Object.entries(STORES)) {
    Deno.test(`bad input: ${backend}: ${name}`, async () => {
      const store = await open();
      await store.enqueueRollout({ input: "first" })();
      const claimed = valueOf(await store.dequeueRollout({ worker_id: "w" })());
      const rollout_id = claimed?.rollout_id ?? "";
      const attempt_id = claimed?.attempt.attempt_id ?? "";
      await test({ store, ids: { rollout_id, attempt_id }, isName });
      await store.close()();
    });
  }
};

/** Time stands still, so that a state that nobody touched is the same to the last digit. */
const OPTIONS = { clock: standingClock().now, log: () => {} };

interface Opening extends Partial<Pick<Opened, "isName">> {
  readonly open: () => Promise<LightningStore>;
}

const STORES: Readonly<Record<string, Opening>> = {
  memory: { open: () => Promise.resolve(createStore(memory(), OPTIONS)) },
  sqlite: {
    open: async () => createStore(valueOf(await sqlite({ path: ":memory:" })()), OPTIONS),
  },
  http: {
    open: () => {
      const app = httpApp(createStore(memory({ numbers: "exact" }), OPTIONS));
      return Promise.resolve(valueOf(connectStore("http://localhost", { fetch: app })));
    },
    isName: (id) => !["", ".", ".."].includes(id) && id.length < 10_000,
  },
};

/** The result of an operation that must have one. */
export const valueOf = <A>(
  outcome: { readonly _tag: "Right"; readonly right: A } | {
    readonly _tag: "Left";
    readonly left: { readonly message: string };
  },
): A => {
  if (outcome._tag === "Right") return outcome.right;
  throw new Error(`expected a result, got ${outcome.left.message.slice(0, 500)}`);
};

/** Calls an operation with whatever there is, or with nothing. */
export const call = (
  store: LightningStore,
  operation: string,
  ...args: readonly unknown[]
): Promise<Outcome> => {
  const run: (...args: readonly unknown[]) => () => Promise<Outcome> = Reflect.get(
    store,
    operation,
  );
  return run(...args)();
};

/** The place that a refusal names; null for any other outcome. */
export const refusedAt = (outcome: Outcome): string | null => {
  if (outcome._tag === "Right") return null;
  const { _tag, faults, argument } = outcome.left;
  return _tag === "Validation"
    ? faults?.[0]?.path ?? null
    : _tag === "InvalidArgument"
    ? argument ?? null
    : null;
};

/** An outcome in a few words. */
export const inWords = (outcome: Outcome): string =>
  outcome._tag === "Right" ? "a result" : `${outcome.left._tag}: ${outcome.left.message}`;

/** Everything that can be seen of a store. */
export const stateOf = async (store: LightningStore, rollout_id: string): Promise<unknown> => [
  await store.statistics()(),
  await store.queryRollouts()(),
  await store.queryAttempts({ rollout_id })(),
  await store.querySpans({ rollout_id })(),
  await store.queryWorkers()(),
  await store.queryResources()(),
];
