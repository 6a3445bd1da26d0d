/** Waiting for rollouts to finish. Contract section 5. */

import type { Backend, Feed } from "../backend.ts";
import type { Clock } from "../core/clock.ts";
import { isTerminal } from "../core/status.ts";
import { E } from "../deps/fp.ts";
import { aborted, type StoreError } from "../model/errors.ts";
import type { AttemptedRollout, Rollout } from "../model/rollout.ts";
import { atEnd } from "./at_end.ts";
import { doorbell, growing, POLL } from "./doorbell.ts";
import type { Watchdog } from "./watchdog.ts";

/** Tells whoever listens that a rollout has finished. */
export interface Hub {
  /** By a call of this store. */
  readonly finished: (rollout_id: string) => void;
  /** Nobody will ever tell again: all look once more, and are told so. */
  readonly closed: () => void;
  /** Listens to some rollouts. */
  readonly listen: (rollout_ids: Iterable<string>, listener: Listener) => Listening;
}

/** A listener at work. */
interface Listening {
  /** Listens to others too, as well as the engine can; answers whether it hears them now. */
  readonly hearOthers: () => boolean;
  readonly stop: () => void;
}

/** Whoever listens. */
interface Listener {
  /** The rollout has finished. */
  readonly finished: (rollout_id: string) => void;
  /** Somebody finished it, some time ago: it may have been reopened since. */
  readonly rumored: (rollout_id: string) => void;
}

/** Hears of others by the engine's feed, as long as anybody listens. */
export const hub = (feed?: Feed): Hub => {
  const listeners = new Map<string, Set<Listener>>();
  let hearing: ReturnType<Feed> | undefined;

  return {
    finished: (rollout_id) =>
      listeners.get(rollout_id)?.forEach((listener) => listener.finished(rollout_id)),
    closed: () =>
      listeners.forEach((peers, id) => peers.forEach((listener) => listener.rumored(id))),
    listen: (rollout_ids, listener) => {
      const ids = new Set(rollout_ids);
      for (const id of ids) {
        const peers = listeners.get(id);
        if (peers === undefined) listeners.set(id, new Set([listener]));
        else peers.add(listener);
      }
      return {
        hearOthers: () => {
          hearing ??= feed?.((id) => listeners.get(id)?.forEach((peer) => peer.rumored(id)));
          return hearing?.isLive() ?? false;
        },
        stop: () => {
          for (const id of ids) {
            const peers = listeners.get(id);
            peers?.delete(listener);
            if (peers?.size === 0) listeners.delete(id);
          }
          if (listeners.size > 0) return;
          // It never rejects, and nobody needs to wait for it.
          hearing?.stop();
          hearing = undefined;
        },
      };
    },
  };
};

/** Pause between two scans of the watchdog while everyone waits, in ms (B-18). */
export const SCAN = 1000;

/** Waits for rollouts; one timer at a time serves the whole call. */
export const waiter = (
  { backend, clock, hub, watchdog }: {
    readonly backend: Pick<Backend, "statuses" | "rollouts" | "shared">;
    readonly clock: Clock;
    readonly hub: Hub;
    readonly watchdog: Watchdog;
  },
) =>
async (
  { rollout_ids, timeout }: {
    readonly rollout_ids: readonly string[];
    readonly timeout: number | null;
  },
  signal: AbortSignal | undefined,
): Promise<E.Either<StoreError, readonly Rollout[]>> => {
  const end = timeout === null ? Infinity : performance.now() + timeout * 1000;
  const ids = [...new Set(rollout_ids)];
  /** Those that had not finished when somebody last looked, or told. */
  const open = new Set(ids);
  /** Those that others may have finished since. */
  const rumored = new Set<string>();
  const bell = doorbell();
  const listening = hub.listen(ids, {
    finished: (rollout_id) => {
      open.delete(rollout_id);
      if (open.size === 0) bell.ring();
    },
    rumored: (rollout_id) => {
      rumored.add(rollout_id);
      bell.ring();
    },
  });
  const leave = atEnd(signal, bell.ring);

  /** Takes from `open` what has finished, and what nobody knows. */
  const look = async (asked: readonly string[]): Promise<E.Either<StoreError, void>> => {
    const statuses = await backend.statuses(asked);
    if (E.isLeft(statuses)) return statuses;
    statuses.right.forEach((status, i) => {
      const id = asked[i];
      if (id !== undefined && (status === null || isTerminal(status))) open.delete(id);
    });
    return E.right(undefined);
  };

  const pauses = backend.shared ? growing(POLL) : () => SCAN;
  try {
    for (let asked: readonly string[] = ids;;) {
      if (signal?.aborted) return E.left(aborted(signal.reason));
      if (asked.length > 0) {
        const looked = await look(asked);
        if (E.isLeft(looked)) return looked;
      }
      const left = end - performance.now();
      if (open.size === 0 || left <= 0) {
        const found = await backend.rollouts(rollout_ids);
        if (E.isLeft(found)) return found;
        const known = found.right.filter((rollout) => rollout !== null);
        const reopened = known.filter(({ status }) => !isTerminal(status));
        if (reopened.length === 0 || left <= 0) {
          return E.right(known.filter(({ status }) => isTerminal(status)).map(withoutAttempt));
        }
        for (const { rollout_id } of reopened) open.add(rollout_id);
      }
      const pause = listening.hearOthers() ? POLL.longest : pauses();
      await bell.wait(Math.min(left, pause));
      asked = [...rumored.size > 0 ? rumored : open];
      rumored.clear();
      await watchdog.scanIfDue(clock());
    }
  } finally {
    listening.stop();
    leave();
  }
};

/** The plain rollout, which has no `attempt` key at all. */
const withoutAttempt = (rollout: Rollout | AttemptedRollout): Rollout => {
  if (!("attempt" in rollout)) return rollout;
  const { attempt: _, ...plain } = rollout;
  return plain;
};
