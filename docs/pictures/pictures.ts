/** The pictures of the documentation, by the names of their files. */

import {
  type Drawing,
  rewardCurve,
  rewardDistribution,
  rewardPoints,
  toSVG,
  waterfall,
} from "../../src/display/mod.ts";
import { demo } from "./demo.ts";

/** The pictures of the documentation, by the names of their files. */
export const pictures = async (): Promise<Readonly<Record<string, string>>> => {
  const { store, told } = await demo();
  const { rollout_id, attempt } = told;
  const spans = await store.querySpans({ rollout_id, attempt_id: attempt.attempt_id });
  const points = await rewardPoints(store, { mode_in: ["train"] });
  const drawings: Readonly<Record<string, Drawing>> = {
    "waterfall.svg": waterfall(spans.items, attempt),
    "reward_curve.svg": await rewardCurve(points),
    "reward_distribution.svg": await rewardDistribution(points),
  };
  return Object.fromEntries(Object.entries(drawings).map(([name, it]) => [name, toSVG(it)]));
};
