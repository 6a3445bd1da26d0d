/** How rewards change over time. */

import { CHART_WIDTH } from "./chart_style.ts";
import { chartOf, type Drawing } from "./picture.ts";
import type { RewardPoint } from "./reward_points.ts";
import { COLOR } from "./style.ts";
import { count, measure } from "./wording.ts";

/**
 * A chart of rewards over time: a dot for each rollout, and the mean of the latest ones as a line.
 * `latest` says how many those are; by default a tenth of all, and at least five. Of very many
 * rollouts, some 2,000 are drawn. It rejects where Vega, which draws it, cannot be loaded.
 *
 * @example
 * ```ts
 * import { openStore } from "@lightning/store";
 * import { rewardCurve, rewardPoints } from "@lightning/store/display";
 *
 * const store = await openStore("memory:");
 * const curve = await rewardCurve(await rewardPoints(store));
 * console.log(curve.text); // Rewards: none yet
 * ```
 */
export const rewardCurve = (
  points: readonly RewardPoint[],
  options: { readonly latest?: number } = {},
): Promise<Drawing> => {
  const { latest = Math.max(5, Math.round(points.length / 10)) } = options;
  const ordered = points.toSorted((a, b) => a.time - b.time);
  const [first, last] = [ordered[0]?.time ?? 0, ordered.at(-1)?.time ?? 0];
  const { unit, seconds } = unitOf(last - first);
  const means = runningMeans(ordered.map(({ reward }) => reward), latest);
  const values = ordered
    .map(({ rollout_id, resources_id, time, reward }, i) => ({
      rollout_id,
      resources_id,
      elapsed: (time - first) / seconds,
      reward,
      mean: means[i] ?? reward,
    }))
    .filter((_, i) => i % Math.ceil(ordered.length / MOST_DOTS) === 0);
  const x = {
    field: "elapsed",
    type: "quantitative",
    title: `${unit} since the first rollout ended`,
    axis: { tickCount: 8 },
  } as const;
  const title = titleOf(means, latest);
  return chartOf(title, {
    title,
    width: CHART_WIDTH,
    height: 240,
    data: { values },
    layer: [
      {
        mark: { type: "circle", aria: false, size: 28, opacity: 0.35, color: COLOR.idle },
        encoding: {
          x,
          y: { field: "reward", type: "quantitative", title: "reward" },
          tooltip: ["rollout_id", "resources_id", "reward"].map((field) => ({ field })),
        },
      },
      {
        mark: { type: "line", strokeWidth: 2.5, color: COLOR.busy },
        encoding: { x, y: { field: "mean", type: "quantitative" } },
      },
    ],
  });
};

const MOST_DOTS = 2_000;

const titleOf = (means: readonly number[], latest: number): string => {
  const mean = means.at(-1);
  return mean === undefined
    ? "Rewards: none yet"
    : `Rewards: ${count(means.length)}. Mean of the last ${
      count(Math.min(latest, means.length))
    }: ${measure(mean)}`;
};

/** The mean of each value and of those right before it, `latest` in all. */
export const runningMeans = (values: readonly number[], latest: number): readonly number[] => {
  let sum = 0;
  return values.map((value, i) => {
    sum += value - (i >= latest ? values[i - latest] ?? 0 : 0);
    return sum / Math.min(i + 1, latest);
  });
};

/** The largest unit of which there are at least two. */
const unitOf = (whole: number): { readonly unit: string; readonly seconds: number } =>
  UNITS.find(({ seconds }) => whole >= 2 * seconds) ?? { unit: "seconds", seconds: 1 };

const UNITS = [
  { unit: "days", seconds: 86_400 },
  { unit: "hours", seconds: 3_600 },
  { unit: "minutes", seconds: 60 },
] as const;
