/** When the watchdog runs. What it decides is the core's business. Contract section 4. */

import type { Backend, Changed } from "../backend.ts";
import { expire } from "../core/lifecycle.ts";
import { E } from "../deps/fp.ts";
import { rolloutNotFound } from "../model/errors.ts";
import { othersTurn } from "./event_loop.ts";
import type { Log } from "./log.ts";

/** Looks for overdue attempts when asked, but not too often. */
export interface Watchdog {
  /** Starts a scan if one is due at `now`; null if not. The promise never rejects. */
  readonly scanIfDue: (now: number) => Promise<void> | null;
}

/** Pause between two scans while everyone waits, in ms (B-18). */
export const SCAN = 1000;

/** How many records one round of a scan takes. */
const ROUND = 500;

/** What a round has come to. */
interface Round {
  readonly found: number;
  /** Whether there may be more. */
  readonly more: boolean;
}

const NOTHING: Round = { found: 0, more: false };

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

  const round = async (now: number): Promise<Round> => {
    const overdue = await backend.overdue(now, ROUND);
    if (E.isLeft(overdue)) return failed(overdue.left);
    if (overdue.right.length === 0) return NOTHING;
    const outcomes = await backend.change(overdue.right.map((rollout_id) => ({
      rollout_id,
      attempt_id: "latest",
      now,
      payload: false,
      decide: (record) =>
        record === null ? E.left(rolloutNotFound(rollout_id)) : E.right(expire(now)(record)),
    })));
    for (const outcome of outcomes) {
      if (E.isRight(outcome)) onChange(outcome.right);
      else failed(outcome.left);
    }
    return {
      found: overdue.right.length,
      // What has failed is still overdue, and the next round would meet it again.
      more: overdue.right.length === ROUND && outcomes.every(E.isRight),
    };
  };

  /** The operation that started the scan goes on all the same (B-18). */
  const failed = (error: unknown): Round => {
    log({ level: "error", message: "Watchdog scan failed", details: { error } });
    return NOTHING;
  };

  const scan = async (now: number): Promise<void> => {
    scanning = true;
    let found = 0;
    try {
      for (let more = true; more;) {
        const last = await round(now);
        found += last.found;
        more = last.more;
        if (more) await othersTurn();
      }
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
