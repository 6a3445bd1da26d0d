/**
 * A LightningStore: the store between an RL trainer and its agent runners.
 *
 * It queues rollouts, hands each to one runner, tracks attempts, heartbeats, retries and timeouts,
 * takes in OpenTelemetry spans, versions resources, and wakes whoever waits.
 *
 * @example The whole path of one rollout
 * ```ts
 * import { openStore } from "@lightning/store";
 *
 * const store = await openStore("memory:");
 * await store.enqueueRollout({ input: { question: "2 + 2" }, mode: "train" });
 *
 * const claimed = await store.dequeueRollout({ worker_id: "Worker-0" });
 * if (claimed !== null) {
 *   const { rollout_id, attempt: { attempt_id } } = claimed;
 *   await store.updateAttempt({ rollout_id, attempt_id, status: "succeeded" });
 *   const [finished] = await store.waitForRollouts({ rollout_ids: [rollout_id] });
 *   console.log(finished?.status); // succeeded
 * }
 * await store.close();
 * ```
 *
 * @module
 */

export * from "./src/backend.ts";
export { memory, type MemoryOptions } from "./src/backends/memory/memory.ts";
export { createStore, type StoreOptions } from "./src/store/store.ts";
export { promises, StoreException } from "./src/store/promises.ts";
export type {
  CallOptions,
  LightningStore,
  PromiseStore,
  StoreTask,
} from "./src/store/lightning_store.ts";
export { consoleLog, type Log, type LogEvent } from "./src/store/log.ts";
