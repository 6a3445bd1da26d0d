/** The alarm of a Durable Object as the timer of the watchdog. */

import type { Backend } from "../backend.ts";
import { E } from "../deps/fp.ts";
import type { LightningStore } from "../store/lightning_store.ts";
import type { DurableObjectStorage } from "./platform.ts";

/** An alarm that is set as long as anything can expire, so that an idle object costs nothing. */
export interface Alarm {
  /** Sets it, unless it is set or nothing can expire. */
  readonly arm: () => Promise<void>;
  /** Does what is to be done when it goes off, and sets it again. */
  readonly ring: () => Promise<void>;
}

export const alarm = (
  { storage, backend, store, seconds }: {
    readonly storage: Pick<DurableObjectStorage, "getAlarm" | "setAlarm">;
    readonly backend: Pick<Backend, "overdue">;
    readonly store: Pick<LightningStore, "waitForRollouts">;
    /** From one look to the next; 0 or less for none. */
    readonly seconds: number;
  },
): Alarm => {
  /** Unknown after the object has come back. */
  let isSet: boolean | undefined;

  /** Whoever cannot tell looks again. */
  const canExpire = async (): Promise<boolean> => {
    const found = await backend.overdue(Infinity, 1);
    return E.isLeft(found) || found.right.length > 0;
  };

  const arm = async (): Promise<void> => {
    if (seconds <= 0) return;
    isSet ??= await storage.getAlarm() !== null;
    if (isSet || !await canExpire()) return;
    isSet = true;
    await storage.setAlarm(Date.now() + seconds * 1000);
  };

  return {
    arm,
    ring: async () => {
      isSet = false;
      // It waits for nothing; the watchdog has its turn before.
      await store.waitForRollouts({ rollout_ids: [], timeout: 0 })();
      await arm();
    },
  };
};
