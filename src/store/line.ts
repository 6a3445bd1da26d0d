/** Claims that wait until there is something to claim. */

import type { Backend, ClaimRequest } from "../backend.ts";
import type { Clock } from "../core/clock.ts";
import { E } from "../deps/fp.ts";
import { aborted, type StoreError } from "../model/errors.ts";
import type { AttemptedRollout } from "../model/rollout.ts";
import { atEnd } from "./at_end.ts";
import { type Doorbell, doorbell } from "./doorbell.ts";
import type { Single } from "./gather.ts";
import { lookout } from "./lookout.ts";

/** Callers who wait for work, in the order in which they came. */
export interface Line {
  /** So many rollouts have entered the queue by calls of this store. */
  readonly entered: (count: number) => void;
  /** Nothing will ever enter again: all claim once more, and are told so. */
  readonly closed: () => void;
  /**
   * Claims; where there is nothing, it waits and claims again, for up to `seconds`. A caller whose
   * signal has ended claims nothing any more, and leaves what woke it to the next one, as does a claim
   * that fails.
   */
  readonly claim: (
    request: ClaimRequest,
    seconds: number,
    signal: AbortSignal | undefined,
  ) => ReturnType<Claim>;
}

type Claim = Single<ClaimRequest, readonly AttemptedRollout[]>;

/** A caller who waits. */
interface Place {
  readonly bell: Doorbell;
  /** Why it was rung: something has come, or somebody had to look. Null once it has looked. */
  told: "work" | "look" | null;
}

export const line = (
  { claim, clock, backend, scan }: {
    readonly claim: Claim;
    readonly clock: Clock;
    /** Whether others fill the queue, so that somebody must look. */
    readonly backend: Pick<Backend, "shared" | "version">;
    /** Lets the watchdog have its turn; it never rejects. */
    readonly scan: () => Promise<void>;
  },
): Line => {
  const places = new Set<Place>();

  const ring = (count: number, why: "work" | "look"): void => {
    let left = count;
    for (const place of places) {
      if (left <= 0) return;
      if (place.told !== null) continue;
      place.told = why;
      place.bell.ring();
      left--;
    }
  };

  // If there was something, the next one looks too.
  const watch = lookout({ backend, scan, look: () => ring(1, "look") });

  const enter = (place: Place): void => {
    places.add(place);
    if (places.size === 1) watch.begin();
  };

  const leave = (place: Place): void => {
    places.delete(place);
    if (place.told !== null) ring(1, place.told);
    if (places.size === 0) watch.end();
  };

  const waiting: Line["claim"] = async (request, seconds, signal) => {
    const end = performance.now() + seconds * 1000;
    const place: Place = { bell: doorbell(), told: null };
    const letGo = atEnd(signal, place.bell.ring);
    enter(place);
    try {
      for (let next = request;; next = { ...request, now: clock() }) {
        if (signal?.aborted) return E.left<StoreError>(aborted(signal.reason));
        const { told } = place;
        place.told = null;
        const outcome = await claim(next);
        const left = end - performance.now();
        const isServed = E.isRight(outcome) && outcome.right.length > 0;
        if (isServed && told === "look") ring(1, "look");
        // What has come is there still.
        if (E.isLeft(outcome) && told === "work") ring(1, "work");
        if (E.isLeft(outcome) && told === "look") watch.again();
        if (isServed || E.isLeft(outcome) || left <= 0) return outcome;
        await place.bell.wait(left);
      }
    } finally {
      leave(place);
      letGo();
    }
  };

  return {
    entered: (count) => ring(count, "work"),
    closed: () => ring(places.size, "work"),
    claim: (request, seconds, signal) =>
      seconds <= 0 && !signal?.aborted ? claim(request) : waiting(request, seconds, signal),
  };
};
