/** Who waits for which rollouts: one hears and looks for all of them. */

import type { Backend, Feed } from "../backend.ts";
import { isTerminal } from "../core/status.ts";
import { E } from "../deps/fp.ts";
import type { StoreError } from "../model/errors.ts";
import { othersTurn } from "./event_loop.ts";
import { lookout } from "./lookout.ts";

/** Tells whoever listens that a rollout has finished. */
export interface Hub {
  /** By a call of this store. */
  readonly finished: (rollout_id: string) => void;
  /** Nobody will ever tell again: all look once more, and are told so. */
  readonly closed: () => void;
  /** Listens to no rollout yet. */
  readonly listen: (listener: Listener) => Listening;
}

/** A listener at work. */
interface Listening {
  /** Listens to these rollouts too, as far as this store finishes them. */
  readonly to: (rollout_ids: Iterable<string>) => void;
  /** From now on also as far as others do. */
  readonly hearOthers: () => void;
  /** Listens to this one no more. */
  readonly drop: (rollout_id: string) => void;
}

/** Whoever listens. */
interface Listener {
  /** The rollout has finished, or nobody knows it. */
  readonly finished: (rollout_id: string) => void;
  /** Nobody else can look: whoever waits must do so, and learns what is wrong. */
  readonly alone: () => void;
}

/** What looks at rollouts. */
export type Looking = Pick<Backend, "statuses">;

/**
 * How many rollouts one look is for. An engine that answers at once, and not by the event loop, keeps
 * everybody else from it meanwhile.
 */
const SLICE = 1_000;

/** Tells which of them have finished, or are unknown; a failure of the engine ends it. */
export const look = async (
  { statuses }: Looking,
  rollout_ids: readonly string[],
  finished: Listener["finished"],
): Promise<E.Either<StoreError, void>> => {
  for (let from = 0; from < rollout_ids.length; from += SLICE) {
    if (from > 0) await othersTurn();
    const asked = rollout_ids.slice(from, from + SLICE);
    const found = await statuses(asked);
    if (E.isLeft(found)) return found;
    found.right.forEach((status, i) => {
      const id = asked[i];
      if (id !== undefined && (status === null || isTerminal(status))) finished(id);
    });
  }
  return E.right(undefined);
};

/** Makes a hub, which does nothing as long as nobody listens. */
export const hub = (
  { backend, scan }: {
    readonly backend: Looking & Pick<Backend, "shared" | "version" | "feed">;
    /** Lets the watchdog have its turn; it never rejects. */
    readonly scan: () => Promise<void>;
  },
): Hub => {
  const listeners = new Map<string, Set<Listener>>();
  /** The engine's feed, as long as anybody listens. */
  let hearing: ReturnType<Feed> | undefined;
  /** What the feed has told, and nobody has looked at: it may have been reopened since. */
  const rumored = new Set<string>();

  const finished = (rollout_id: string): void =>
    listeners.get(rollout_id)?.forEach((listener) => listener.finished(rollout_id));

  const everybodyLooks = (): void =>
    new Set([...listeners.values()].flatMap((peers) => [...peers]))
      .forEach((listener) => listener.alone());

  /** Looks at these for all; where that fails, by a broken law too, each looks for itself. */
  const lookAt = async (rollout_ids: readonly string[]): Promise<void> => {
    const looked = await look(backend, rollout_ids, finished).catch(() => null);
    if (looked === null || E.isLeft(looked)) everybodyLooks();
  };

  const lookAtRumored = (): void => {
    const ids = [...rumored];
    rumored.clear();
    lookAt(ids);
  };

  const heard = (rollout_id: string): void => {
    if (listeners.has(rollout_id) && rumored.add(rollout_id).size === 1) {
      queueMicrotask(lookAtRumored);
    }
  };

  const watch = lookout({
    backend,
    scan,
    look: () => lookAt([...listeners.keys()]),
    isTold: () => hearing?.isLive() ?? false,
  });

  const cease = (): void => {
    // It never rejects, and nobody needs to wait for it.
    hearing?.stop();
    hearing = undefined;
    watch.end();
  };

  return {
    finished,
    closed: everybodyLooks,
    listen: (listener) => ({
      to: (rollout_ids) => {
        for (const id of rollout_ids) {
          const peers = listeners.get(id);
          if (peers === undefined) listeners.set(id, new Set([listener]));
          else peers.add(listener);
        }
      },
      hearOthers: () => {
        hearing ??= backend.feed?.(heard);
        watch.begin();
      },
      drop: (rollout_id) => {
        const peers = listeners.get(rollout_id);
        if (peers?.delete(listener) && peers.size === 0) listeners.delete(rollout_id);
        if (listeners.size === 0) cease();
      },
    }),
  };
};
