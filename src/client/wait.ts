/** Waiting for rollouts that a server holds. */

import { OPEN_STATUSES } from "../core/status.ts";
import { E } from "../deps/fp.ts";
import { list } from "../model/codec.ts";
import { aborted, type StoreError } from "../model/errors.ts";
import { WaitForRollouts } from "../model/requests.ts";
import { Rollout } from "../model/rollout.ts";
import { doorbell } from "../store/doorbell.ts";
import type { LightningStore } from "../store/lightning_store.ts";
import { RolloutPage } from "../wire/answers.ts";
import type { Asking } from "./asking.ts";
import { ending } from "./judging.ts";
import type { Transport } from "./transport.ts";

/** How long one held request takes, in seconds: proxies let go of longer ones. */
export const SLICE = 20;

/** How long to wait between two looks, in ms. */
const PAUSE = 100;

/** A wait that is under way. */
interface Wait {
  readonly rollout_ids: readonly string[];
  /** Seconds that are left. */
  readonly left: () => number;
  readonly signal: AbortSignal | undefined;
}

type Finished = Promise<E.Either<StoreError, readonly Rollout[]>>;

export const clientWait = (
  { post }: Pick<Asking, "post">,
  isOurs: Transport["isOurs"],
): LightningStore["waitForRollouts"] => {
  const answered = ({ rollout_ids, signal }: Wait, timeout: number): Finished =>
    post(list(Rollout), "/waits/rollouts", { rollout_ids, timeout }, {
      extraSeconds: timeout,
      ...signal === undefined ? {} : { signal },
    })();

  /** The server holds the request, for a slice of time after another. */
  const held = async (wait: Wait): Finished => {
    for (;;) {
      const left = wait.left();
      const slice = Math.max(0, Math.min(left, SLICE));
      const asked = performance.now();
      const finished = await answered(wait, slice);
      const isEarly = performance.now() - asked < slice * 1000;
      // One that is answered before its time has nothing left to wait for.
      if (E.isLeft(finished) || isEarly || left <= SLICE) return finished;
    }
  };

  /**
   * Looks again and again. A server of agent-lightning has a thread for each rollout that a held
   * request waits for, and waits for unknown ones too (H-09, B-17).
   */
  const polled = async (wait: Wait): Finished => {
    const bell = doorbell();
    const { rollout_ids, signal } = wait;
    signal?.addEventListener("abort", bell.ring);
    try {
      for (;;) {
        if (signal?.aborted) return E.left(aborted(signal.reason));
        const left = wait.left();
        const open = await post(RolloutPage, "/rollouts/search", {
          rollout_id_in: rollout_ids,
          status_in: OPEN_STATUSES,
          limit: 1,
        })();
        if (E.isLeft(open)) return open;
        if (open.right.total === 0 || left <= 0) return await answered(wait, 0);
        await bell.wait(Math.min(left * 1000, PAUSE));
      }
    } finally {
      signal?.removeEventListener("abort", bell.ring);
    }
  };

  return ending(WaitForRollouts, async ({ rollout_ids, timeout }, signal) => {
    const end = timeout === null ? Infinity : performance.now() + timeout * 1000;
    const wait = { rollout_ids, signal, left: () => (end - performance.now()) / 1000 };
    return await isOurs() === false ? await polled(wait) : await held(wait);
  });
};
