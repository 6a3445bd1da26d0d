/** Shows how far a store's rollouts are, until all are finished. */

import { QUEUE_STATUSES } from "../core/status.ts";
import type { RolloutQuery } from "../model/query.ts";
import type { RolloutStatus } from "../model/rollout.ts";
import { atEnd } from "../store/at_end.ts";
import { LONGEST_TIMER } from "../store/doorbell.ts";
import type { PromiseStore } from "../store/lightning_store.ts";
import {
  isDone,
  type Progress,
  progressOf,
  recent,
  type RolloutCounts,
  type Sample,
} from "./progress.ts";
import { progressPicture } from "./progress_picture.ts";
import { notebookHere, type Screen, screenOf } from "./screen.ts";

/** Which rollouts to watch; default: all. */
export type WatchQuery = Pick<RolloutQuery, "mode_in" | "rollout_id_in" | "rollout_id_contains">;

/** Options of {@linkcode watch}. */
export interface WatchOptions {
  /** Which rollouts to watch. Default: all. */
  readonly query?: WatchQuery;
  /** How often to look, in seconds. Default: 1. */
  readonly everySeconds?: number;
  /** Ends the watch early. */
  readonly signal?: AbortSignal;
  /** Where it is shown. Default: the notebook's cell, or lines on the console. */
  readonly screen?: Screen;
}

/**
 * Shows how many rollouts are queued, running and finished, how many a second are, and how long the
 * others will take: in one cell of a notebook, or line by line on the console. It ends with the
 * last progress when all are finished, or when the signal says so, and rejects when the store does.
 *
 * @example
 * ```ts
 * import { openStore } from "@lightning/store";
 * import { watch } from "@lightning/store/display";
 *
 * const store = await openStore("memory:");
 * const { total } = await watch(store);
 * console.log(total); // 0
 * ```
 */
export const watch = async (
  store: Pick<PromiseStore, "queryRollouts">,
  options: WatchOptions = {},
): Promise<Progress> => {
  const { query = {}, everySeconds = 1, signal, screen = screenOf(notebookHere()) } = options;
  let samples: readonly Sample[] = [];
  for (;;) {
    const last = { time: performance.now() / 1000, counts: await countsOf(store, query) };
    samples = recent([...samples, last]);
    const progress = progressOf({ first: samples[0] ?? last, last });
    await screen(progressPicture(progress));
    if (isDone(progress) || !await pause(everySeconds, signal)) return progress;
  }
};

/**
 * Rollouts move on between one question and the next. All are asked for last: as many as were
 * finished before that are then surely all, and those that were seen nowhere are on the move.
 */
const countsOf = async (
  store: Pick<PromiseStore, "queryRollouts">,
  query: WatchQuery,
): Promise<RolloutCounts> => {
  const total = async (status_in: readonly RolloutStatus[] | null) =>
    (await store.queryRollouts({ ...query, status_in, limit: 0 })).total;
  const [succeeded, failed, cancelled, queued] = await Promise.all([
    total(["succeeded"]),
    total(["failed"]),
    total(["cancelled"]),
    total(QUEUE_STATUSES),
  ]);
  const open = Math.max(0, await total(null) - succeeded - failed - cancelled);
  return {
    queued: Math.min(queued, open),
    running: open - Math.min(queued, open),
    succeeded,
    failed,
    cancelled,
  };
};

/** Whether the time has passed; false when the signal has ended it. */
const pause = (seconds: number, signal: AbortSignal | undefined): Promise<boolean> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      letGo();
      resolve(signal?.aborted !== true);
    };
    const timer = setTimeout(end, Math.min(seconds * 1000, LONGEST_TIMER));
    const letGo = atEnd(signal, end);
    if (signal?.aborted) end();
  });
