/** A store whose operations are measured. */

import { E } from "../deps/fp.ts";
import { UPSTREAM_ERROR_CLASS } from "../model/errors.ts";
import type { LightningStore, StoreTask } from "../store/lightning_store.ts";
import type { Observe } from "./metrics.ts";

/** The same store; whatever comes of an operation is observed, under agent-lightning's names. */
export const measured = (store: LightningStore, observe: Observe): LightningStore =>
  eachOperation(store, (name, run) => (...args) => async () => {
    const begun = performance.now();
    const outcome = await run(...args)();
    const method = snakeCase(name);
    observe("agl_store", {
      method,
      store_pubmeth: method,
      status: E.isRight(outcome) ? "OK" : UPSTREAM_ERROR_CLASS[outcome.left._tag],
    }, (performance.now() - begun) / 1000);
    return outcome;
  });

const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Makes an operation out of the one of that name. */
type Around = <P extends readonly unknown[], A>(
  name: string,
  run: (...args: P) => StoreTask<A>,
) => (...args: P) => StoreTask<A>;

/** The same store with each of its operations made over. */
const eachOperation = (store: LightningStore, around: Around): LightningStore =>
  // Each function keeps its type; TypeScript loses that on the way through the entries.
  Object.fromEntries(
    Object.entries(store).map(([name, member]) => [
      name,
      typeof member === "function" ? around(name, member) : member,
    ]),
  ) as unknown as LightningStore;
