/** Clocks that a test moves. */

import type { Clock } from "../core/clock.ts";

/** A clock that a test moves. */
export interface FakeClock {
  /** The time in seconds. */
  readonly now: Clock;
  /** Moves the time on. */
  readonly advance: (seconds: number) => void;
}

/** Where fake clocks start: a number from which small steps are exact in binary. */
const START = 1_000_000;

/** The step of a ticking clock: exact in binary, and small beside the limits of the cases. */
const TICK = 2 ** -16;

/**
 * A clock that stands still unless it is moved.
 *
 * @example
 * ```ts
 * import { createStore, memory } from "@lightning/store";
 * import { standingClock } from "@lightning/store/testing";
 *
 * const clock = standingClock();
 * const store = createStore(memory(), { clock: clock.now });
 * clock.advance(60);
 * ```
 */
export const standingClock = (): FakeClock => {
  let time = START;
  return {
    now: () => time,
    advance: (seconds) => {
      time += seconds;
    },
  };
};

/**
 * A clock that moves on a little at each reading, so that one event comes after another.
 *
 * @example
 * ```ts
 * import { tickingClock } from "@lightning/store/testing";
 *
 * const { now } = tickingClock();
 * console.log(now() < now()); // true
 * ```
 */
export const tickingClock = (): FakeClock => {
  const { now, advance } = standingClock();
  return {
    now: () => {
      advance(TICK);
      return now();
    },
    advance,
  };
};
