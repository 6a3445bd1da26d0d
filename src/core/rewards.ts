/** Rewards in spans. Source: the store contract, appendix B. */

import { nearestOf } from "../model/numbers.ts";
import { SPAN_NAME } from "../model/semantic_names.ts";
import type { Span } from "../model/span.ts";

/** One reward by its name. */
export interface Reward {
  /** What is rewarded, such as `accuracy`. */
  readonly name: string;
  /** How much. */
  readonly value: number;
}

const nameKey = (i: number) => `${SPAN_NAME.reward}.${i}.name`;
const valueKey = (i: number) => `${SPAN_NAME.reward}.${i}.value`;

/**
 * The attributes that tell rewards, the primary one first.
 *
 * @example
 * ```ts
 * import { attributesOfRewards } from "@lightning/store";
 *
 * console.log(attributesOfRewards([{ name: "accuracy", value: 1 }]));
 * // { "agentlightning.reward.0.name": "accuracy", "agentlightning.reward.0.value": 1 }
 * ```
 */
export const attributesOfRewards = (
  rewards: readonly Reward[],
): Readonly<Record<string, string | number>> =>
  Object.fromEntries(
    rewards.flatMap(({ name, value }, i) => [[nameKey(i), name], [valueKey(i), value]]),
  );

/**
 * The rewards that a span tells, the primary one first; none for a span of another kind.
 *
 * @example
 * ```ts
 * import { rewardsOf } from "@lightning/store";
 *
 * const attributes = {
 *   "agentlightning.reward.0.name": "accuracy",
 *   "agentlightning.reward.0.value": 1,
 * };
 * console.log(rewardsOf({ attributes })); // [ { name: "accuracy", value: 1 } ]
 * ```
 */
export const rewardsOf = ({ attributes }: Pick<Span, "attributes">): readonly Reward[] => {
  const rewards: Reward[] = [];
  for (let i = 0;; i++) {
    const [name, value] = [attributes[nameKey(i)], attributes[valueKey(i)]];
    const number = nearestOf(value);
    if (typeof name !== "string" || number === null) return rewards;
    rewards.push({ name, value: number });
  }
};
