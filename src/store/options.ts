/** What the options of a store must be. */

import { BOOLEAN_OR_FUNCTION, FUNCTION, functions, type Kind, SECONDS } from "../model/options.ts";
import type { StoreOptions } from "./store.ts";

/** By their names. */
export const STORE_KINDS: Readonly<Record<keyof StoreOptions, Kind>> = {
  clock: FUNCTION,
  ids: functions("an object", "rollout", "attempt", "resources"),
  scanDebounceSeconds: SECONDS,
  scanIntervalSeconds: SECONDS,
  coalesce: BOOLEAN_OR_FUNCTION,
  log: FUNCTION,
  onFinish: FUNCTION,
};
