/** Requests that come together, and what they save by that. */

import { setImmediate } from "node:timers";
import { eachOperation } from "../store/each_operation.ts";
import type { LightningStore } from "../store/lightning_store.ts";

/**
 * The same store; operations that are called in one turn of the event loop reach it together, at the
 * end of that turn. The store shares round trips among calls of one tick, but a server hands out each
 * request in a tick of its own.
 */
export const together = (store: LightningStore): LightningStore => {
  let turn: Promise<void> | null = null;
  const endOfTurn = (): Promise<void> =>
    turn ??= new Promise((resolve) =>
      setImmediate(() => {
        turn = null;
        resolve();
      })
    );
  return eachOperation(store, (_, run) => (...args) => async () => {
    await endOfTurn();
    return await run(...args)();
  });
};
