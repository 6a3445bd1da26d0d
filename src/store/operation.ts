/** What every operation of a store has in common. */

import type { PortError } from "../backend.ts";
import type { Clock } from "../core/clock.ts";
import { DRAWS } from "../core/ids.ts";
import { E, pipe } from "../deps/fp.ts";
import { type Codec, decode } from "../model/codec.ts";
import { backendError, type InvalidArgument, type StoreError } from "../model/errors.ts";
import { refuse, SIGNAL } from "../model/options.ts";
import type { CallOptions, StoreTask } from "./lightning_store.ts";
import type { Watchdog } from "./watchdog.ts";

/** Judges an operation's argument. */
export type Reader<A, O> = (args: O) => E.Either<StoreError, A>;

/** Judges an argument by its codec. */
export const decoding = <A, O>(codec: Codec<A, O>): Reader<A, O> => (args) => decode(codec, args);

/** What an operation asks of the backend. */
type Run<A, B> = (
  args: A,
  now: number,
  signal: AbortSignal | undefined,
) => Promise<E.Either<PortError, B>>;

/** An operation, as it is called. */
type Call<O, B> = (args: O, options?: CallOptions) => StoreTask<B>;

/** Whether the watchdog has its turn before the operation (W in contract 2.1). */
type Turn = "watched" | "unwatched";

/** Makes operations of one store. */
export interface Operations {
  /** An operation whose answer is made of what the backend says. */
  readonly answering: <A, O, B, C>(
    read: Reader<A, O>,
    run: Run<A, B>,
    answer: (value: B) => E.Either<StoreError, C>,
    turn?: Turn,
  ) => Call<O, C>;
  /** An operation that answers with what the backend says. */
  readonly operation: <A, O, B>(
    read: Reader<A, O>,
    run: Run<A, B>,
    turn?: Turn,
  ) => Call<O, B>;
  /** A query, whose words are judged before anything moves. */
  readonly query: <Q, O, S, B>(
    codec: Codec<Q, O>,
    selection: (query: Q) => E.Either<StoreError, S>,
    run: (selection: S, query: Q) => Promise<E.Either<StoreError, B>>,
    turn?: Turn,
  ) => Call<O, B>;
}

/**
 * An operation reads its argument, lets the watchdog have its turn, draws again while an id that it
 * drew is taken (B-03), and never rejects. It reads the clock once, and again after a scan; whoever
 * makes many records reads it for each.
 */
export const operations = (clock: Clock, watchdog: Watchdog): Operations => {
  const answering: Operations["answering"] =
    (read, run, answer, turn = "unwatched") => (args, options) => async () => {
      try {
        const decoded = read(args);
        if (E.isLeft(decoded)) return decoded;
        const signal = signalOf(options);
        if (E.isLeft(signal)) return signal;
        const called = clock();
        const scan = turn === "watched" ? watchdog.scanIfDue(called) : null;
        // Others may have gone on during the scan, and what they did must not come later than this.
        const now = scan === null ? called : (await scan, clock());
        for (let draws = 1;; draws++) {
          const outcome = await run(decoded.right, now, signal.right);
          if (E.isRight(outcome)) return answer(outcome.right);
          if (outcome.left._tag !== "Taken") return E.left(outcome.left);
          if (draws === DRAWS) {
            return E.left(backendError(`No free id: ${outcome.left.id} is taken`, null));
          }
        }
      } catch (cause) {
        return E.left(backendError("The operation failed", cause));
      }
    };

  const operation: Operations["operation"] = (read, run, turn) =>
    answering(read, run, (value) => E.right(value), turn);

  const query: Operations["query"] = (codec, selection, run, turn = "watched") =>
    operation(
      (args) =>
        pipe(
          decode(codec, args),
          E.chain((decoded) =>
            pipe(selection(decoded), E.map((selected) => ({ decoded, selected })))
          ),
        ),
      ({ decoded, selected }) => run(selected, decoded),
      turn,
    );

  return { answering, operation, query };
};

const NO_SIGNAL = E.right(undefined);

/** The signal of a call; a caller without types may send anything, null included. */
export const signalOf = (
  options: CallOptions | undefined,
): E.Either<InvalidArgument, AbortSignal | undefined> => {
  if (options === undefined) return NO_SIGNAL;
  // Whatever has a signal will do, such as an `AbortController`.
  if (Object(options) !== options) return refuse("options", "an object", options);
  const { signal }: { readonly signal?: unknown } = options;
  return signal === undefined || signal instanceof AbortSignal
    ? E.right(signal)
    : refuse("signal", SIGNAL.expected, signal);
};
