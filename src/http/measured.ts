/** A store whose operations are measured. */

import { E } from "../deps/fp.ts";
import { UPSTREAM_ERROR_CLASS } from "../model/errors.ts";
import type { LightningStore, StoreTask } from "../store/lightning_store.ts";
import type { Observe } from "./metrics.ts";

/** The same store; whatever comes of an operation is observed, under agent-lightning's names. */
export const measured = (store: LightningStore, observe: Observe): LightningStore =>
  // Each function keeps its type; TypeScript loses that on the way through the entries.
  Object.fromEntries(
    Object.entries(store).map(([name, member]) => [
      name,
      typeof member === "function" ? timed(member, snakeCase(name), observe) : member,
    ]),
  ) as unknown as LightningStore;

const timed = <P extends readonly unknown[], A>(
  run: (...args: P) => StoreTask<A>,
  method: string,
  observe: Observe,
) =>
(...args: P): StoreTask<A> =>
() => {
  const begun = performance.now();
  return run(...args)().then((outcome) => {
    observe("agl_store", {
      method,
      store_pubmeth: method,
      status: E.isRight(outcome) ? "OK" : UPSTREAM_ERROR_CLASS[outcome.left._tag],
    }, (performance.now() - begun) / 1000);
    return outcome;
  });
};

const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
