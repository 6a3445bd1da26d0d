/** The spans of each rollout, and their eviction. Contract section 8. */

import { chooseEvictions, estimateSpanBytes, type Thresholds } from "../../core/eviction.ts";
import { sequence } from "../../core/sequence.ts";
import { isTerminal } from "../../core/status.ts";
import { E } from "../../deps/fp.ts";
import { type SpansEvicted, spansEvicted } from "../../model/errors.ts";
import type { Rollout } from "../../model/rollout.ts";
import type { NewSpan, Span } from "../../model/span.ts";
import type { Keeping } from "./keeping.ts";

/** What the shelves need to know of a rollout when they must choose whose spans go. */
export type RolloutOf = (rollout_id: string) => Pick<Rollout, "start_time" | "status"> | undefined;

/** The spans of one rollout. */
interface Shelf {
  /** In the order of insertion. */
  readonly spans: Span[];
  readonly attempts: Map<string, Map<string, Span>>;
  bytes: number;
}

/** Holds spans by rollout. */
export interface Shelves {
  /** Stores spans; answers for each with its sequence id, or null where its id was there. */
  readonly add: (spans: readonly NewSpan[]) => readonly (number | null)[];
  /** The spans of an attempt, or of all with null, in the order of insertion. */
  readonly spans: (
    rollout_id: string,
    attempt_id: string | null,
  ) => E.Either<SpansEvicted, readonly Span[]>;
  /** Allocates the next sequence id of a rollout. */
  readonly nextId: (rollout_id: string) => number;
  /** Lets spans go while there are too many. */
  readonly evict: () => void;
  readonly totals: () => { readonly spans: number; readonly bytes: number };
}

export const shelves = (
  { kept }: Keeping,
  limits: Thresholds,
  bytesOf: (span: Span) => number,
  rolloutOf: RolloutOf,
): Shelves => {
  const byRollout = new Map<string, Shelf>();
  const counters = new Map<string, number>();
  const evicted = new Set<string>();
  let count = 0;
  let bytes = 0;

  const shelfOf = (rollout_id: string): Shelf => {
    const known = byRollout.get(rollout_id);
    if (known !== undefined) return known;
    const shelf: Shelf = { spans: [], attempts: new Map(), bytes: 0 };
    byRollout.set(rollout_id, shelf);
    return shelf;
  };

  /** An estimator of the caller's that fails is no reason to lose a span. */
  const sizeOf = (span: Span): number => {
    try {
      const size = Math.trunc(bytesOf(span));
      if (Number.isFinite(size)) return Math.max(0, size);
    } catch {
      // As for one that answers with no number.
    }
    return estimateSpanBytes(span);
  };

  const store = (span: Span): boolean => {
    const shelf = shelfOf(span.rollout_id);
    const known = shelf.attempts.get(span.attempt_id);
    const ofAttempt = known ?? new Map<string, Span>();
    if (known === undefined) shelf.attempts.set(span.attempt_id, ofAttempt);
    if (ofAttempt.has(span.span_id)) return false;
    // Before it is frozen, since V8 writes what holds a frozen list as JSON at half the speed.
    const size = sizeOf(span);
    kept(span);
    ofAttempt.set(span.span_id, span);
    shelf.spans.push(span);
    shelf.bytes += size;
    count += 1;
    bytes += size;
    return true;
  };

  const advance = (rollout_id: string, wanted: number | null): number => {
    const { id, counter } = sequence(counters.get(rollout_id) ?? 0, wanted);
    counters.set(rollout_id, counter);
    return id;
  };

  return {
    add: (spans) =>
      spans.map((span) => {
        const sequence_id = advance(span.rollout_id, span.sequence_id);
        return store({ ...span, sequence_id }) ? sequence_id : null;
      }),
    spans: (rollout_id, attempt_id) => {
      if (evicted.has(rollout_id)) return E.left(spansEvicted(rollout_id));
      const shelf = byRollout.get(rollout_id);
      return E.right(
        attempt_id === null
          ? shelf?.spans ?? []
          : [...shelf?.attempts.get(attempt_id)?.values() ?? []],
      );
    },
    nextId: (rollout_id) => advance(rollout_id, null),
    evict: () => {
      if (bytes <= limits.eviction) return;
      const all = [...byRollout].map(([rollout_id, { bytes }]) => {
        const { start_time = 0, status = "queuing" } = rolloutOf(rollout_id) ?? {};
        return { rollout_id, bytes, start_time, finished: isTerminal(status) };
      });
      for (const rollout_id of chooseEvictions(all, bytes, limits)) {
        const shelf = shelfOf(rollout_id);
        byRollout.delete(rollout_id);
        evicted.add(rollout_id);
        count -= shelf.spans.length;
        bytes -= shelf.bytes;
      }
    },
    totals: () => ({ spans: count, bytes }),
  };
};
