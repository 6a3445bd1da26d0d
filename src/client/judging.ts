/** Judging a call as every store does, before anything is sent. */

import { E, TE } from "../deps/fp.ts";
import { type Codec, decode } from "../model/codec.ts";
import { backendError, invalidArgument, type StoreError } from "../model/errors.ts";
import type { CallOptions, StoreTask } from "../store/lightning_store.ts";
import { signalOf } from "../store/operation.ts";
import { idsIn } from "../wire/protocol.ts";

/** Runs what a store would take, and never rejects. */
const calling = <A, O, B>(
  codec: Codec<A, O>,
  args: O,
  run: (meant: A) => Promise<E.Either<StoreError, B>>,
): StoreTask<B> =>
async () => {
  try {
    const decoded = decode(codec, args);
    return E.isLeft(decoded) ? decoded : await run(decoded.right);
  } catch (cause) {
    return E.left(backendError("The operation failed", cause));
  }
};

/** An operation of its argument as it was given, and as it is meant: with what was left out. */
export const judged =
  <A, O, B>(codec: Codec<A, O>, run: (args: O, meant: A) => StoreTask<B>) =>
  (args: O): StoreTask<B> => calling(codec, args, (meant) => run(args, meant)());

/**
 * The same where the path holds some ids, by names such as `:rollout_id`; the rest of the argument is
 * what the path does not hold. With one of the `words` in place of the last id it is another path.
 */
export const addressed = <A, O extends object, B>(
  codec: Codec<A, O>,
  path: string,
  run: (path: string, rest: Partial<O>, args: O) => StoreTask<B>,
  words: readonly string[] = [],
): (args: O) => StoreTask<B> => {
  const ids = idsIn(path);
  return judged(codec, (args) => {
    const idOf = (name: string): string => String(Reflect.get(args, name));
    const wrong = ids.find((name) =>
      NOT_IN_A_PATH.has(idOf(name)) || name === ids.at(-1) && words.includes(idOf(name))
    );
    if (wrong !== undefined) {
      const message = `expected an id that a URL can hold, got ${JSON.stringify(idOf(wrong))}`;
      return TE.left(invalidArgument(wrong, message));
    }
    const place = ids.reduce(
      (path, name) => path.replace(`:${name}`, () => encodeURIComponent(idOf(name))),
      path,
    );
    const rest = Object.entries(args).filter(([name]) => !ids.includes(name));
    return run(place, Object.fromEntries(rest) as Partial<O>, args);
  });
};

/** A path with one of these is another path. */
const NOT_IN_A_PATH: ReadonlySet<string> = new Set(["", ".", ".."]);

/** An operation of its argument as it is meant, which a signal can end. */
export const ending = <A, O, B>(
  codec: Codec<A, O>,
  run: (meant: A, signal: AbortSignal | undefined) => Promise<E.Either<StoreError, B>>,
) =>
(args: O, options?: CallOptions): StoreTask<B> =>
  calling(codec, args, async (meant) => {
    const signal = signalOf(options);
    return E.isLeft(signal) ? signal : await run(meant, signal.right);
  });
