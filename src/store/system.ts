/** The clock and the randomness of the platform: any that has the Web's `performance` and `crypto`. */

import { type Clock, strictClock } from "../core/clock.ts";
import { type Ids, idsFrom } from "../core/ids.ts";

/** How far the two clocks of the platform may differ, in milliseconds, before the wall's wins. */
const DRIFT = 50;

/**
 * The wall clock with the resolution of the monotonic one, which alone would miss corrections of
 * the time of day. Its readings strictly increase.
 */
export const systemClock = (): Clock => {
  let origin = performance.timeOrigin;
  return strictClock(() => {
    const wall = Date.now();
    const fine = origin + performance.now();
    if (Math.abs(fine - wall) <= DRIFT) return fine / 1000;
    origin = wall - performance.now();
    return wall / 1000;
  });
};

/** Ids from the platform's random numbers. */
export const systemIds: Ids = idsFrom(() => crypto.randomUUID());
