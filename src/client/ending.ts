/** Operations that a signal can end before they are done. */

import { E } from "../deps/fp.ts";
import { type Codec, decode } from "../model/codec.ts";
import type { StoreError } from "../model/errors.ts";
import type { CallOptions, StoreTask } from "../store/lightning_store.ts";
import { signalOf } from "../store/operation.ts";

/** An operation whose argument and signal are judged before anything is sent. */
export const ending = <A, B>(
  codec: Codec<A, unknown>,
  run: (args: A, signal: AbortSignal | undefined) => Promise<E.Either<StoreError, B>>,
) =>
(args: unknown, options?: CallOptions): StoreTask<B> =>
async () => {
  const read = decode(codec, args);
  if (E.isLeft(read)) return read;
  const signal = signalOf(options);
  return E.isLeft(signal) ? signal : await run(read.right, signal.right);
};
