/** Claiming rollouts that a server holds. */

import { E } from "../deps/fp.ts";
import { list } from "../model/codec.ts";
import { aborted, type StoreError } from "../model/errors.ts";
import { DequeueManyRollouts } from "../model/requests.ts";
import { AttemptedRollout } from "../model/rollout.ts";
import { doorbell, growing, POLL } from "../store/doorbell.ts";
import type { CallOptions, StoreTask } from "../store/lightning_store.ts";
import type { Asking } from "./asking.ts";
import { ending } from "./ending.ts";
import type { Transport } from "./transport.ts";
import { SLICE } from "./wait.ts";

/** Claims; an argument that is none is refused before anything is sent. */
export type ClientClaim = (
  args: unknown,
  options?: CallOptions,
) => StoreTask<readonly AttemptedRollout[]>;

export const clientClaim = (
  { post }: Pick<Asking, "post">,
  isOurs: Transport["isOurs"],
): ClientClaim => {
  /** One request, which our servers hold for so many seconds. */
  const claim = (
    wish: Pick<DequeueManyRollouts, "limit" | "worker_id">,
    seconds: number,
    signal: AbortSignal | undefined,
  ): Promise<E.Either<StoreError, readonly AttemptedRollout[]>> =>
    post(list(AttemptedRollout), "/queues/rollouts/dequeue", { ...wish, wait_seconds: seconds }, {
      again: "never",
      extraSeconds: seconds,
      ...signal === undefined ? {} : { signal },
    })();

  return ending(DequeueManyRollouts, async ({ wait_seconds, ...wish }, signal) => {
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
        const claimed = await claim(wish, slice, signal);
        const left = end - performance.now();
        if (E.isLeft(claimed) || claimed.right.length > 0 || left <= 0) return claimed;
        if (!holds) await bell.wait(Math.min(left, pauses()));
      }
    } finally {
      signal?.removeEventListener("abort", bell.ring);
    }
  });
};
