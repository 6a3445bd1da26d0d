/** The clock and the randomness of the platform: any that has the Web's `performance` and `crypto`. */

import { type Clock, steadyClock, strictClock } from "../core/clock.ts";
import { type Ids, idsFrom } from "../core/ids.ts";

/** The time of day. Its readings strictly increase. */
export const systemClock = (): Clock =>
  strictClock(steadyClock(() => Date.now(), () => performance.now()));

/** Ids from the platform's random numbers. */
export const systemIds: Ids = idsFrom(() => crypto.randomUUID());
