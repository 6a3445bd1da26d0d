/** Many spans, or many numbers of spans, in one request where the server knows that. */

import { pipe, TE } from "../deps/fp.ts";
import { list, nullable } from "../model/codec.ts";
import type { StoreError } from "../model/errors.ts";
import type { AddManySpans, AttemptKey, ManySpanSequenceIds } from "../model/requests.ts";
import { type NewSpan, Span } from "../model/span.ts";
import type { StoreTask } from "../store/lightning_store.ts";
import { NextId } from "../wire/answers.ts";
import type { Asking } from "./asking.ts";
import type { Transport } from "./transport.ts";

/** What the client does with spans. */
export interface SpanBatches {
  readonly next: (key: AttemptKey) => StoreTask<number>;
  readonly nextMany: (
    args: ManySpanSequenceIds,
    meant: ManySpanSequenceIds,
  ) => StoreTask<readonly number[]>;
  readonly add: (span: Span) => StoreTask<Span | null>;
  /**
   * One of agent-lightning's servers gets span after span as they are meant, which nobody changes in
   * the meantime, and keeps those before one it refuses.
   */
  readonly addMany: (
    args: AddManySpans,
    meant: { readonly spans: readonly NewSpan[] },
  ) => StoreTask<readonly Span[]>;
}

export const spanBatches = (
  { post }: Pick<Asking, "post">,
  isOurs: Transport["isOurs"],
): SpanBatches => {
  /** Does the whole at once, or one by one. */
  const wholeOrInTurn = <A>(whole: StoreTask<A>, inTurn: StoreTask<A>): StoreTask<A> => async () =>
    await isOurs() === false ? await inTurn() : await whole();

  const next: SpanBatches["next"] = (key) =>
    pipe(
      post(NextId, "/spans/next", key, { again: "with key" }),
      TE.map(({ sequence_id }) => sequence_id),
    );

  const add: SpanBatches["add"] = (span) =>
    post(nullable(Span), "/spans", span, { again: "key or not", wrapped: "span" });

  const numbered = ({ sequence_id, ...span }: NewSpan): StoreTask<Span | null> =>
    pipe(
      sequence_id === null ? next(span) : TE.right<StoreError, number>(sequence_id),
      TE.chain((sequence_id) => add({ ...span, sequence_id })),
    );

  return {
    next,
    add,
    nextMany: (args, meant) =>
      wholeOrInTurn(
        pipe(
          post(list(NextId), "/spans/next/batch", args, { again: "with key" }),
          TE.map((ids) => ids.map(({ sequence_id }) => sequence_id)),
        ),
        TE.traverseSeqArray(next)(meant.pairs),
      ),
    addMany: (args, meant) =>
      wholeOrInTurn(
        post(list(Span), "/spans/batch", args, { again: "with key" }),
        pipe(
          TE.traverseSeqArray(numbered)(meant.spans),
          TE.map((added) => added.filter((span) => span !== null)),
        ),
      ),
  };
};
