/** Stores the spans of a request, as many as can be stored. Source: http-api.md, section 3.5. */

import { E } from "../../deps/fp.ts";
import { groupBy } from "../../deps/grouping.ts";
import type { BackendFailure, StoreError } from "../../model/errors.ts";
import type { NewSpanInput } from "../../model/span.ts";
import type { LightningStore } from "../../store/lightning_store.ts";
import type { Candidate } from "./convert.ts";

/** What could not be stored. */
export interface Rejections {
  readonly count: number;
  /** Why the first of them could not; empty for none. */
  readonly reason: string;
}

/**
 * Stores all spans by one call. Only when the store refuses it are they stored attempt by attempt,
 * and the spans of an attempt that are refused though it is there, one by one. The calls of a round
 * are made at once, so that a store that gathers calls makes one round trip of them.
 *
 * Spans that bring no number are given theirs by the store, in the order of the request, in the
 * step that has found their attempt: what is rejected takes none (H-14). A span that is there
 * already counts as stored.
 */
export const storeSpans = async (
  store: LightningStore,
  candidates: readonly Candidate[],
): Promise<E.Either<BackendFailure, Rejections>> => {
  const reasons: (string | null)[] = candidates.map((it) => E.isLeft(it) ? it.left : null);
  const entries = candidates.flatMap((it, index) =>
    E.isRight(it) ? [{ index, span: it.right }] : []
  );
  let parts: readonly Part[] = entries.length === 0 ? [] : [entries];
  while (parts.length > 0) {
    const outcomes = await Promise.all(parts.map(async (part) => ({
      part,
      outcome: await store.addManySpans({ spans: part.map(({ span }) => span) })(),
    })));
    const refused: Part[] = [];
    for (const { part, outcome } of outcomes) {
      if (E.isRight(outcome)) continue;
      const error = outcome.left;
      if (error._tag === "Backend") return E.left(error);
      const attempts = byAttempt(part);
      if (attempts.length > 1) {
        refused.push(...attempts);
      } else if (part.length > 1 && error._tag !== "NotFound") {
        refused.push(...part.map((entry) => [entry]));
      } else {
        for (const { index, span } of part) reasons[index] = reasonOf(error, span);
      }
    }
    parts = refused;
  }
  const told = reasons.filter((reason) => reason !== null);
  return E.right({ count: told.length, reason: told[0] ?? "" });
};

/** A span, and its place in the request. */
interface Entry {
  readonly index: number;
  readonly span: NewSpanInput;
}

/** Spans that are stored by one call. */
type Part = readonly Entry[];

const byAttempt = (part: Part): readonly Part[] => [
  ...groupBy(part, ({ span }) => JSON.stringify([span.rollout_id, span.attempt_id])).values(),
];

const reasonOf = (error: StoreError, { span_id }: NewSpanInput): string =>
  error._tag === "NotFound"
    ? error.message
    // The only span of its call, whose place there means nothing to the sender.
    : `Span ${span_id}: ${error.message.replaceAll("spans[0].", "")}`;
