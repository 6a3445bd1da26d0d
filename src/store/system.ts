/** The clock and the randomness of the platform: any that has the Web's `performance` and `crypto`. */

import { type Clock, strictClock } from "../core/clock.ts";
import { type Ids, idsFrom } from "../core/ids.ts";

/** How far the two clocks of the platform may differ before the wall's wins, in milliseconds. */
const DRIFT = 50;

/** How often they are compared, in milliseconds. */
const COMPARE = 100;

/**
 * The wall clock with the resolution of the monotonic one, which alone would miss corrections of
 * the time of day. Its readings strictly increase.
 */
export const systemClock = (): Clock => {
  let origin = performance.timeOrigin;
  let compared = -Infinity;
  return strictClock(() => {
    const running = performance.now();
    if (running - compared >= COMPARE) {
      compared = running;
      const wall = Date.now();
      if (Math.abs(origin + running - wall) > DRIFT) origin = wall - running;
    }
    return (origin + running) / 1000;
  });
};

/** Ids from the platform's random numbers. */
export const systemIds: Ids = idsFrom(() => crypto.randomUUID());
