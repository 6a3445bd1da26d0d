/** Stores in Durable Objects, for the contract's suite. */

import type { MakeOptions, StoreMaker, StoreUnderTest } from "../../src/testing/mod.ts";
import { type Namespace, type TestObject, testObject } from "./objects.ts";

/** Each store is an object of its own, which the platform ends every now and then. */
export const durableObjectMaker = (objects: Namespace): StoreMaker => ({
  name: "durable-object",
  evicts: false,
  make: (options) => Promise.resolve(under(objects, crypto.randomUUID(), options)),
});

const under = (objects: Namespace, name: string, options: MakeOptions): StoreUnderTest => {
  const { clock, log, scanDebounceSeconds } = options;
  const scans = { scanDebounceSeconds, scanIntervalSeconds: 0 };
  // When the watchdog has looked last is the one thing that an object may forget.
  const passing = scanDebounceSeconds > 0 ? undefined : ending(() => order("end"));
  const { store, order }: TestObject = testObject(objects, name, { clock, log, scans }, passing);
  return {
    store,
    strand: (rollout) => order("strand", rollout),
    beside: (partition) =>
      Promise.resolve(
        under(objects, partition === "same" ? name : crypto.randomUUID(), options),
      ),
    close: () => Promise.resolve(),
  };
};

/** Requests after which an object ends: so few that most cases meet several lives of it. */
const LIFE = 3;

/** Ends an object before some of its requests, as the platform may while it has nothing to do. */
const ending = (end: () => Promise<void>) => {
  let asked = 0;
  let running = 0;
  return async (send: () => Promise<Response>): Promise<Response> => {
    // The answer to that is its end, too.
    if (running === 0 && ++asked % LIFE === 0) await end().catch(() => {});
    running++;
    try {
      const answer = await send();
      // The rest of a body would be lost with the object.
      return new Response(await answer.arrayBuffer(), answer);
    } finally {
      running--;
    }
  };
};
