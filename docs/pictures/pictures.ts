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
import { attemptStates, rolloutStates } from "./state_machines.ts";

/** The pictures of the documentation, by the names of their files. */
export const pictures = async (): Promise<Readonly<Record<string, string>>> => {
  const { store, told } = await demo();
  const { rollout_id, attempt } = told;
  const spans = await store.querySpans({ rollout_id, attempt_id: attempt.attempt_id });
  const points = await rewardPoints(store, { mode_in: ["train"] });
  const drawings: Readonly<Record<string, Pick<Drawing, "svg">>> = {
    "waterfall.svg": waterfall(spans.items, attempt),
    "reward_curve.svg": await rewardCurve(points),
    "reward_distribution.svg": await rewardDistribution(points),
    "rollout_states.svg": await rolloutStates(),
    "attempt_states.svg": await attemptStates(),
  };
  return Object.fromEntries(Object.entries(drawings).map(([name, it]) => [name, toSVG(it)]));
};
