/** Waiting for rollouts that a server holds. */

import { OPEN_STATUSES } from "../core/status.ts";
import { E } from "../deps/fp.ts";
import { list } from "../model/codec.ts";
import type { StoreError } from "../model/errors.ts";
import { WaitForRollouts } from "../model/requests.ts";
import { Rollout } from "../model/rollout.ts";
import type { LightningStore } from "../store/lightning_store.ts";
import { RolloutPage } from "../wire/answers.ts";
import type { Asking } from "./asking.ts";
import { SLICE } from "./exchange.ts";
import { ending } from "./judging.ts";
import { rest } from "./limits.ts";
import type { Transport } from "./transport.ts";

/** How long to wait between two looks, in ms. */
const PAUSE = 100;

/** By how much a server's clock may be ahead at the end of a slice, in ms. */
const MARGIN = 500;

/** A wait that is under way. */
interface Wait {
  readonly rollout_ids: readonly string[];
  /** When it is over, by `performance.now()`. */
  readonly until: number;
  readonly signal?: AbortSignal;
}

/** One look at the rollouts; null where it takes another one. */
type Look = (wait: Wait) => Promise<E.Either<StoreError, readonly Rollout[]> | null>;

export const clientWait = (
  { post, held }: Pick<Asking, "post" | "held">,
  isOurs: Transport["isOurs"],
): LightningStore["waitForRollouts"] => {
  /** The server holds the request, for a slice of time. */
  const patient: Look = async ({ rollout_ids, ...wait }) => {
    const asked = performance.now();
    const finished = await held(ANSWER, PATH, (timeout) => ({ rollout_ids, timeout }), wait)();
    // One that is answered well before its time has nothing left to wait for.
    const isEarly = performance.now() - asked < SLICE * 1000 - MARGIN;
    const isLast = wait.until - asked <= SLICE * 1000;
    return E.isLeft(finished) || isEarly || isLast ? finished : null;
  };

  /**
   * Looks, and pauses. A server of agent-lightning has a thread for each rollout that a held request
   * waits for, and waits for unknown ones too (H-09, B-17).
   */
  const quick: Look = async ({ rollout_ids, ...wait }) => {
    const left = wait.until - performance.now();
    const query = { rollout_id_in: rollout_ids, status_in: OPEN_STATUSES, limit: 1 };
    const open = await post(RolloutPage, "/rollouts/search", query, wait)();
    if (E.isLeft(open)) return open;
    if (open.right.total === 0 || left <= 0) {
      return await post(ANSWER, PATH, { rollout_ids, timeout: 0 }, wait)();
    }
    await rest({ milliseconds: Math.min(left, PAUSE), signal: wait.signal });
    return null;
  };

  return ending(WaitForRollouts, async ({ rollout_ids, timeout }, signal) => {
    const until = timeout === null ? Infinity : performance.now() + Math.max(0, timeout) * 1000;
    const wait: Wait = { rollout_ids, until, ...signal === undefined ? {} : { signal } };
    for (;;) {
      const found = await (await isOurs(signal) ? patient : quick)(wait);
      if (found !== null) return found;
    }
  });
};

const ANSWER = list(Rollout);

const PATH = "/waits/rollouts";
