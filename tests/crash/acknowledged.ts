/** What a process tells of each of its writes, once the store's promise has resolved. */

import type { AttemptStatus, Rollout, Span } from "../../mod.ts";

/** A write that the store has acknowledged. */
export type Acknowledged =
  | Readonly<{ write: "enqueue"; rollout_id: string; batch: Batch }>
  | Readonly<{ write: "claim"; rollout_id: string; attempt_id: string; sequence_id: number }>
  | Readonly<{ write: "allocate"; rollout_id: string; sequence_id: number }>
  | Readonly<{ write: "span"; rollout_id: string; attempt_id: string; span_id: string }>
  | Readonly<{ write: "finish"; rollout_id: string; attempt_id: string; status: AttemptStatus }>
  | Readonly<{ write: "resources"; resources_id: string; version: number; serial: number }>;

/** The call that an item was part of, and how many items that had. Each item carries it. */
export type Batch = Readonly<{ batch: string; of: number }>;

/** What a rollout carries in its input. */
export const batchOfRollout = ({ input }: Rollout): Batch => batchOf(input);

/** What a span carries in its attributes. */
export const batchOfSpan = ({ attributes }: Span): Batch => batchOf(attributes);

const batchOf = (data: unknown): Batch => {
  if (
    typeof data === "object" && data !== null &&
    "batch" in data && typeof data.batch === "string" && "of" in data && typeof data.of === "number"
  ) return { batch: data.batch, of: data.of };
  throw new TypeError(`Not what a writer wrote: ${JSON.stringify(data)}`);
};
