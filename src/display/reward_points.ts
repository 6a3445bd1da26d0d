/** The rewards of rollouts. */

import { rewardsOf } from "../core/rewards.ts";
import { TERMINAL_STATUSES } from "../core/status.ts";
import type { RolloutQuery } from "../model/query.ts";
import type { Rollout } from "../model/rollout.ts";
import type { Span } from "../model/span.ts";
import type { PromiseStore } from "../store/lightning_store.ts";
import { StoreException } from "../store/promises.ts";

/** The reward of one rollout. */
export interface RewardPoint {
  /** The rollout. */
  readonly rollout_id: string;
  /** The resources that its agent worked with. */
  readonly resources_id: string | null;
  /** When it ended, in seconds since the epoch. */
  readonly time: number;
  /** Its primary reward. */
  readonly reward: number;
}

/**
 * The rewards of finished rollouts, in order of time. The last span of a rollout's latest attempt
 * that tells a reward counts; a rollout without one is left out, and so is one whose spans memory has
 * let go of. It asks the store once for each rollout.
 *
 * @example
 * ```ts
 * import { openStore } from "@lightning/store";
 * import { rewardPoints } from "@lightning/store/display";
 *
 * const store = await openStore("memory:");
 * console.log(await rewardPoints(store, { mode_in: ["train"] })); // []
 * ```
 */
export const rewardPoints = async (
  store: Pick<PromiseStore, "queryRollouts" | "querySpans">,
  query: Omit<RolloutQuery, "status_in" | "status" | "filter_logic"> = {},
): Promise<readonly RewardPoint[]> => {
  const { items } = await store.queryRollouts({ ...query, status_in: TERMINAL_STATUSES });
  const points: RewardPoint[] = [];
  for (let i = 0; i < items.length; i += AT_ONCE) {
    const rewarded = items.slice(i, i + AT_ONCE).map((rollout) => pointOf(store, rollout));
    points.push(...(await Promise.all(rewarded)).flat());
  }
  return points.toSorted((a, b) => a.time - b.time);
};

/** How many rollouts are asked for at once, so that a server is not asked for all. */
const AT_ONCE = 64;

/** One point, or none. */
const pointOf = async (
  store: Pick<PromiseStore, "querySpans">,
  { rollout_id, resources_id, start_time, end_time }: Rollout,
): Promise<readonly RewardPoint[]> => {
  const spans = await store.querySpans({ rollout_id, attempt_id: "latest" })
    .then(({ items }) => items, noneIfEvicted);
  const reward = spans.map((span) => rewardsOf(span)[0]).findLast((it) => it !== undefined);
  return reward === undefined
    ? []
    : [{ rollout_id, resources_id, time: end_time ?? start_time, reward: reward.value }];
};

const noneIfEvicted = (cause: unknown): readonly Span[] => {
  if (cause instanceof StoreException && cause.error._tag === "SpansEvicted") return [];
  throw cause;
};
