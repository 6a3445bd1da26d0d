/** Clients that outlive the servers they speak to. */

import { setTimeout as delay } from "node:timers/promises";
import { connectStore, promises, type PromiseStore, StoreException } from "../../mod.ts";

/** Stands for wherever the server is: one that is started again may have another port. */
const SERVER = "http://server";

/** How long a worker waits after a claim without an answer, in milliseconds. */
const PAUSE = 20;

/** A client that tries again until there is a server; `address` is where the last one was. */
export const outliving = (address: () => string): PromiseStore => {
  const connected = connectStore(SERVER, {
    retries: 20,
    fetch: (request) => fetch(new Request(request.url.replace(SERVER, address()), request)),
  });
  if (connected._tag === "Left") throw new Error(connected.left.message);
  const store = promises(connected.right);
  return {
    ...store,
    // No claim is made again: what it may have claimed is left to the watchdog.
    dequeueRollout: (args) =>
      store.dequeueRollout(args).catch(async (cause) => {
        if (!isUnanswered(cause)) throw cause;
        await delay(PAUSE);
        return null;
      }),
  };
};

const isUnanswered = (cause: unknown): boolean =>
  cause instanceof StoreException && cause.error._tag === "Backend";
