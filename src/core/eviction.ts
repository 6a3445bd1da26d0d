/** Which spans memory lets go of when it runs short. Contract section 8. */

import { E } from "../deps/fp.ts";
import type { InvalidArgument } from "../model/errors.ts";
import { refuse } from "../model/options.ts";
import type { Span } from "../model/span.ts";
import { compareText } from "./select.ts";

/** A share of the capacity, or a number of bytes. */
export type Threshold = { readonly ratio: number } | { readonly bytes: number };

/** What to make {@linkcode Thresholds} from. */
export interface ThresholdOptions {
  /**
   * Spans are evicted when they take more than this. A plain number up to 1 is a ratio of the
   * capacity, an integer above 1 is bytes. Default: 0.7 of the capacity.
   */
  readonly evictionMemoryThreshold?: Threshold | number;
  /** Spans are evicted down to this. Default: 0.8 of the eviction threshold. */
  readonly safeMemoryThreshold?: Threshold | number;
  /** What ratios refer to, in bytes. Default: 4 GiB, where the heap of V8 ends. */
  readonly capacityBytes?: number;
}

/** When memory lets go of spans, in bytes: 0 ≤ `safe` < `eviction`. */
export interface Thresholds {
  /** What ratios refer to. */
  readonly capacity: number;
  /** Eviction starts above this. */
  readonly eviction: number;
  /** Eviction stops at this or below. */
  readonly safe: number;
}

const DEFAULT_CAPACITY = 4 * 1024 ** 3;

/** What {@linkcode evictionThresholds} makes of no options at all. */
export const DEFAULT_THRESHOLDS: Thresholds = {
  capacity: DEFAULT_CAPACITY,
  eviction: Math.floor(DEFAULT_CAPACITY * 0.7),
  safe: Math.floor(Math.floor(DEFAULT_CAPACITY * 0.7) * 0.8),
};

/**
 * Makes the thresholds of {@linkcode memory} from ratios and bytes. `InvalidArgument` for a
 * threshold out of its range, and for a safe one that is not below the one of eviction.
 *
 * @example
 * ```ts
 * import { createStore, evictionThresholds, memory } from "@lightning/store";
 *
 * const thresholds = evictionThresholds({ evictionMemoryThreshold: { bytes: 256_000_000 } });
 * if (thresholds._tag === "Right") createStore(memory({ thresholds: thresholds.right }));
 * ```
 */
export const evictionThresholds = (
  { evictionMemoryThreshold, safeMemoryThreshold, capacityBytes }: ThresholdOptions,
): E.Either<InvalidArgument, Thresholds> => {
  const capacity = capacityBytes ?? DEFAULT_CAPACITY;
  if (!Number.isFinite(capacity) || capacity <= 0) {
    return refuse("capacityBytes", "bytes above 0", capacityBytes);
  }
  const eviction = bytesOf(capacity, tagged(evictionMemoryThreshold ?? { ratio: 0.7 }), 1);
  if (eviction === null) {
    return refuse(
      "evictionMemoryThreshold",
      "a ratio above 0 and up to 1, or whole bytes of at least 1",
      evictionMemoryThreshold,
    );
  }
  const safe = safeMemoryThreshold === undefined
    ? Math.floor(eviction * 0.8)
    : bytesOf(capacity, tagged(safeMemoryThreshold), 0);
  return safe === null || safe >= eviction
    ? refuse(
      "safeMemoryThreshold",
      `a ratio from 0 to 1, or whole bytes, that is below the eviction threshold of ${eviction} bytes`,
      safeMemoryThreshold,
    )
    : E.right({ capacity, eviction, safe });
};

const tagged = (threshold: Threshold | number): Threshold =>
  typeof threshold !== "number"
    ? threshold
    : threshold > 0 && threshold <= 1
    ? { ratio: threshold }
    : { bytes: threshold };

const bytesOf = (capacity: number, threshold: Threshold, least: 0 | 1): number | null => {
  if (typeof threshold !== "object" || threshold === null) return null;
  if ("bytes" in threshold) {
    return Number.isSafeInteger(threshold.bytes) && threshold.bytes >= least
      ? threshold.bytes
      : null;
  }
  return typeof threshold.ratio === "number" && threshold.ratio >= 0 && threshold.ratio <= 1 &&
      (least === 0 || threshold.ratio > 0)
    ? Math.max(least, Math.floor(capacity * threshold.ratio))
    : null;
};

/** What a stored span costs besides its text: the objects, the map entries, the list entries. */
const SPAN_OVERHEAD = 1024;

/** Bytes of a span in memory, estimated: two for each UTF-16 unit of its JSON form, and 1,024. */
export const estimateSpanBytes = (span: Span): number =>
  SPAN_OVERHEAD + 2 * JSON.stringify(span).length;

/** The spans of one rollout, as far as eviction cares. */
export interface Shelf {
  readonly rollout_id: string;
  /** Creation of the rollout. */
  readonly start_time: number;
  /** Whether the rollout is finished. */
  readonly finished: boolean;
  readonly bytes: number;
}

/**
 * The rollouts whose spans go, so that `total` falls to the safe threshold: finished ones first
 * (B-25), then the oldest. Each call frees a good part of the total, so that sorting the shelves is
 * paid for by the spans that filled it.
 */
export const chooseEvictions = (
  shelves: readonly Shelf[],
  total: number,
  { eviction, safe }: Pick<Thresholds, "eviction" | "safe">,
): readonly string[] => {
  if (total <= eviction) return [];
  const chosen: string[] = [];
  let left = total;
  for (const { rollout_id, bytes } of [...shelves].sort(byEvictionOrder)) {
    if (left <= safe) break;
    chosen.push(rollout_id);
    left -= bytes;
  }
  return chosen;
};

const byEvictionOrder = (a: Shelf, b: Shelf): number =>
  Number(b.finished) - Number(a.finished) || a.start_time - b.start_time ||
  compareText(a.rollout_id, b.rollout_id);
