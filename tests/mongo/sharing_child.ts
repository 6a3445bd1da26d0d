/** Another process on a database: its first argument says what it does, the second where. */

import { setTimeout as delay } from "node:timers/promises";
import { createStore, mongo, promises, type PromiseStore } from "../../mod.ts";
import { say, signalToGo } from "../process.ts";
import { CALLERS } from "./claimers.ts";
import { NEVER } from "./monitored.ts";

// What takes time to load must not keep processes from meeting.
import "mongodb";

/** How long an attempt takes where claimers are killed, so that some die at it. */
const WORK_MS = 50;

const open = async (uri: string, scanDebounceSeconds: number): Promise<PromiseStore> => {
  const opened = await mongo({ uri, partition: "shared" })();
  if (opened._tag === "Left") throw new Error(opened.left.message);
  return promises(createStore(opened.right, { scanDebounceSeconds }));
};

const ACTIONS: Readonly<Record<string, (uri: string, worker_id: string) => Promise<void>>> = {
  /** Opens a store when it is let go, and uses it. */
  open: async (uri) => {
    await signalToGo();
    const store = await open(uri, NEVER);
    await store.enqueueRollout({ input: "2 + 2" });
    await store.close();
  },

  /** Claims and finishes until the queue is empty; says each claim, and each end. */
  drain: async (uri, worker_id) => {
    const store = await open(uri, NEVER);
    await signalToGo();
    const run = async () => {
      while (await claimAndFinish(store, worker_id, 0));
    };
    await Promise.all(Array.from({ length: CALLERS }, run));
    await store.close();
  },

  /** Claims and finishes, and looks for what others have left, until it is killed. */
  toil: async (uri, worker_id) => {
    const store = await open(uri, 0.5);
    const run = async () => {
      while (true) {
        if (!await claimAndFinish(store, worker_id, WORK_MS)) await delay(20);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, run));
  },
};

/** False where there is nothing to claim. */
const claimAndFinish = async (
  store: PromiseStore,
  worker_id: string,
  milliseconds: number,
): Promise<boolean> => {
  const claimed = await store.dequeueRollout({ worker_id });
  if (claimed === null) return false;
  const { rollout_id, attempt: { attempt_id } } = claimed;
  say(`claimed ${rollout_id} ${attempt_id}`);
  await delay(milliseconds);
  await store.updateAttempt({ rollout_id, attempt_id, status: "succeeded" });
  say(`finished ${rollout_id} ${attempt_id}`);
  return true;
};

const [action = "", uri = "", worker_id = ""] = Deno.args;
await ACTIONS[action]?.(uri, worker_id);
