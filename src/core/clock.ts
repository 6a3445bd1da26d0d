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
