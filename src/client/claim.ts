/** Claiming rollouts that a server holds. */

import { E, pipe } from "../deps/fp.ts";
import { list } from "../model/codec.ts";
import type { StoreError } from "../model/errors.ts";
import type { Filled } from "../model/query.ts";
import { DequeueManyRollouts, DequeueRollout } from "../model/requests.ts";
import { AttemptedRollout } from "../model/rollout.ts";
import { growing, POLL } from "../store/doorbell.ts";
import type { CallOptions, StoreTask } from "../store/lightning_store.ts";
import type { Asking } from "./asking.ts";
import { SLICE } from "./exchange.ts";
import { ending } from "./judging.ts";
import { rest } from "./limits.ts";
import type { Transport } from "./transport.ts";

/** Claims of one rollout, and of several. */
export interface ClientClaims {
  readonly one: (args: DequeueRollout, options?: CallOptions) => StoreTask<AttemptedRollout | null>;
  readonly many: (
    args: DequeueManyRollouts,
    options?: CallOptions,
  ) => StoreTask<readonly AttemptedRollout[]>;
}

export const clientClaims = (
  { post, held }: Pick<Asking, "post" | "held">,
  isOurs: Transport["isOurs"],
): ClientClaims => {
  const claim = async (
    { wait_seconds, ...wish }: Filled<DequeueManyRollouts>,
    signal: AbortSignal | undefined,
  ): Promise<E.Either<StoreError, readonly AttemptedRollout[]>> => {
    if (wish.limit <= 0) return E.right([]);
    const until = performance.now() + Math.max(0, wait_seconds) * 1000;
    const more = { again: "never", until, ...signal === undefined ? {} : { signal } } as const;
    const pauses = growing(POLL);
    for (;;) {
      const asked = performance.now();
      const isHeld = asked < until && await isOurs(signal) !== false;
      const claimed = await (isHeld
        ? held(ANSWER, PATH, (wait_seconds) => ({ ...wish, wait_seconds }), more)
        : post(ANSWER, PATH, { ...wish, wait_seconds: 0 }, more))();
      if (E.isLeft(claimed) || claimed.right.length > 0 || until <= performance.now()) {
        return claimed;
      }
      // Where it is held, its time is over by then.
      const left = Math.min(until, asked + SLICE * 1000) - performance.now();
      await rest({ milliseconds: Math.min(left, pauses()), signal });
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

const ANSWER = list(AttemptedRollout);

const PATH = "/queues/rollouts/dequeue";
