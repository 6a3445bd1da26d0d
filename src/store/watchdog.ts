/** When the watchdog runs. What it decides is the core's business. Contract section 4. */

import type { Backend, Changed } from "../backend.ts";
import { expire } from "../core/lifecycle.ts";
import { E } from "../deps/fp.ts";
import { rolloutNotFound } from "../model/errors.ts";
import type { Log } from "./log.ts";

/** Looks for overdue attempts when asked, but not too often. */
export interface Watchdog {
  /** Starts a scan if one is due at `now`; null if not. The promise never rejects. */
  readonly scanIfDue: (now: number) => Promise<void> | null;
}

/** How many records one round of a scan takes. */
const ROUND = 500;

export const watchdog = (
  { backend, debounceSeconds, log, onChange }: {
    readonly backend: Pick<Backend, "overdue" | "change">;
    /** The least time between the starts of two scans; 0 or less scans each time. */
    readonly debounceSeconds: number;
    readonly log: Log;
    readonly onChange: (changed: Changed) => void;
  },
): Watchdog => {
  let lastScan = -Infinity;
  let scanning = false;

  const round = async (now: number): Promise<number> => {
    const overdue = await backend.overdue(now, ROUND);
    if (E.isLeft(overdue)) return failed(overdue.left);
    if (overdue.right.length === 0) return 0;
    const outcomes = await backend.change(overdue.right.map((rollout_id) => ({
      rollout_id,
      attempt_id: "latest",
      now,
      payload: false,
      decide: (record) =>
        record === null ? E.left(rolloutNotFound(rollout_id)) : E.right(expire(now)(record)),
    })));
    for (const outcome of outcomes) {
      if (E.isLeft(outcome)) return failed(outcome.left);
      onChange(outcome.right);
    }
    return overdue.right.length;
  };

  /** The operation that started the scan goes on all the same (B-18). */
  const failed = (error: unknown): 0 => {
    log({ level: "error", message: "Watchdog scan failed", details: { error } });
    return 0;
  };

  const scan = async (now: number): Promise<void> => {
    scanning = true;
    let found = 0;
    try {
      for (let last = ROUND; last === ROUND; found += last) last = await round(now);
    } catch (cause) {
      failed(cause);
    }
    scanning = false;
    log({ level: "debug", message: "Watchdog scan", details: { found } });
  };

  return {
    scanIfDue: (now) => {
      if (scanning) return null;
      if (debounceSeconds > 0 && now - lastScan < debounceSeconds) return null;
      lastScan = now;
      return scan(now);
    },
  };
};
