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

export type {
  Answer,
  Backend,
  Batch,
  Changed,
  ChangeRequest,
  ClaimRequest,
  Feed,
  PortError,
  ResourcesRequest,
  SpansRequest,
  Taken,
} from "./src/backend.ts";
export { memory, type MemoryOptions } from "./src/backends/memory/memory.ts";
export * from "./src/backends/mongo/mod.ts";
export * from "./src/backends/sqlite/mod.ts";
export { type Clock, strictClock } from "./src/core/clock.ts";
export {
  evictionThresholds,
  type Threshold,
  type ThresholdOptions,
  type Thresholds,
} from "./src/core/eviction.ts";
export { type Ids, idsFrom } from "./src/core/ids.ts";
export { renderPrompt } from "./src/core/prompt.ts";
export { bakedForAttempt, baseUrl } from "./src/core/proxy_url.ts";
export type { Change, NewRecord, RolloutRecord, RolloutState } from "./src/core/record.ts";
export { attributesOfRewards, type Reward, rewardsOf } from "./src/core/rewards.ts";
export type {
  Criterion,
  FieldKind,
  Order,
  Path,
  Selection,
  SortKey,
  SortValue,
} from "./src/core/selection.ts";
export { type VirtualSpan, virtualSpan } from "./src/core/virtual_span.ts";
export type { AttemptIds, Condition, WorkerEffect } from "./src/core/worker.ts";
export * from "./src/model/attempt.ts";
export { type Codec, decode, type Decoder, FAULT } from "./src/model/codec.ts";
export {
  type Aborted,
  type BackendFailure,
  type Fault,
  type InvalidArgument,
  type NotFound,
  type SpansEvicted,
  type StoreError,
  type Unsupported,
  UPSTREAM_ERROR_CLASS,
  type Validation,
} from "./src/model/errors.ts";
export * from "./src/model/json.ts";
export type { Numbers } from "./src/model/numbers.ts";
export * from "./src/model/otel.ts";
export * from "./src/model/query.ts";
export * from "./src/model/requests.ts";
export * from "./src/model/resources.ts";
export * from "./src/model/rollout.ts";
export * from "./src/model/semantic_names.ts";
export type { LeafSchema, Shape, Slot } from "./src/model/shape.ts";
export * from "./src/model/span.ts";
export * from "./src/model/statistics.ts";
export * from "./src/model/worker.ts";
export { consoleLog, type Log, type LogEvent } from "./src/store/log.ts";
export { openLightningStore, type OpenOptions, openStore } from "./src/store/open.ts";
export { createStore, type StoreOptions } from "./src/store/store.ts";
export * from "./src/http/mod.ts";
export * from "./src/client/mod.ts";
