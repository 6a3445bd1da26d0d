/** Claiming rollouts that a server holds. */

import { E, pipe } from "../deps/fp.ts";
import { list } from "../model/codec.ts";
import { aborted, type StoreError } from "../model/errors.ts";
import type { Filled } from "../model/query.ts";
import { DequeueManyRollouts, DequeueRollout } from "../model/requests.ts";
import { AttemptedRollout } from "../model/rollout.ts";
import { doorbell, growing, POLL } from "../store/doorbell.ts";
import type { CallOptions, StoreTask } from "../store/lightning_store.ts";
import type { Asking } from "./asking.ts";
import { ending } from "./judging.ts";
import type { Transport } from "./transport.ts";
import { SLICE } from "./wait.ts";

/** Claims of one rollout, and of several. */
export interface ClientClaims {
  readonly one: (args: DequeueRollout, options?: CallOptions) => StoreTask<AttemptedRollout | null>;
  readonly many: (
    args: DequeueManyRollouts,
    options?: CallOptions,
  ) => StoreTask<readonly AttemptedRollout[]>;
}

export const clientClaims = (
  { post }: Pick<Asking, "post">,
  isOurs: Transport["isOurs"],
): ClientClaims => {
  /** One request, which our servers hold for so many seconds. */
  const request = (
    wish: Pick<DequeueManyRollouts, "limit" | "worker_id">,
    seconds: number,
    signal: AbortSignal | undefined,
  ): Promise<E.Either<StoreError, readonly AttemptedRollout[]>> =>
    post(list(AttemptedRollout), "/queues/rollouts/dequeue", { ...wish, wait_seconds: seconds }, {
      again: "never",
      extraSeconds: seconds,
      ...signal === undefined ? {} : { signal },
    })();

  const claim = async (
    { wait_seconds, ...wish }: Filled<DequeueManyRollouts>,
    signal: AbortSignal | undefined,
  ): Promise<E.Either<StoreError, readonly AttemptedRollout[]>> => {
    if (wish.limit <= 0) return E.right([]);
    const end = performance.now() + wait_seconds * 1000;
    const holds = wait_seconds > 0 && await isOurs() !== false;
    const pauses = growing(POLL);
    const bell = doorbell();
    signal?.addEventListener("abort", bell.ring);
    try {
      for (;;) {
        if (signal?.aborted) return E.left(aborted(signal.reason));
        const slice = holds ? Math.max(0, Math.min((end - performance.now()) / 1000, SLICE)) : 0;
        const claimed = await request(wish, slice, signal);
        const left = end - performance.now();
        if (E.isLeft(claimed) || claimed.right.length > 0 || left <= 0) return claimed;
        if (!holds) await bell.wait(Math.min(left, pauses()));
      }
    } finally {
      signal?.removeEventListener("abort", bell.ring);
    }
  };

  return {
    one: ending(
      DequeueRollout,
      async (args, signal) =>
        pipe(await claim({ ...args, limit: 1 }, signal), E.map(([rollout]) => rollout ?? null)),
    ),
    many: ending(DequeueManyRollouts, claim),
  };
};
