/** Time as a value: whoever needs the time is given a clock. */

/** Answers with the time in seconds since the epoch, with a fraction. */
export type Clock = () => number;

/** The least step between two readings of {@linkcode strictClock}, in seconds. */
const STEP = 1e-6;

/**
 * A clock whose every reading is above the one before, from a source that may stand still or step
 * back: back-to-back events of one process are then ordered by their times.
 *
 * @example
 * ```ts
 * import { createStore, memory, strictClock } from "@lightning/store";
 *
 * const store = createStore(memory(), { clock: strictClock(() => Date.now() / 1000) });
 * ```
 */
export const strictClock = (source: Clock): Clock => {
  let last = -Infinity;
  return () => {
    const reading = source();
    last = reading > last ? reading : last + STEP;
    return last;
  };
};

/** How far the two sources of {@linkcode steadyClock} may differ, in milliseconds. */
const DRIFT = 50;

/** How often they are compared, in milliseconds. */
const COMPARE = 100;

/** What of the time that passes is taken back, once the clock is ahead. */
const SLOWER = 0.1;

/**
 * The time of day with the resolution of a source that nobody sets; both are in milliseconds. Where
 * the time of day is set ahead, the clock follows at once. Where it is set back, the clock goes slower
 * until they meet, a tenth of each {@linkcode COMPARE} at once: what has begun has begun so long ago, and
 * its limits are lengths of time.
 */
export const steadyClock = (timeOfDay: () => number, running: () => number): Clock => {
  let compared = running();
  let origin = timeOfDay() - compared;
  return () => {
    const now = running();
    const since = now - compared;
    if (since >= COMPARE) {
      compared = now;
      const ahead = origin + now - timeOfDay();
      if (ahead < -DRIFT) origin -= ahead;
      else if (ahead > DRIFT) origin -= Math.min(ahead, since * SLOWER);
    }
    return (origin + now) / 1000;
  };
};
