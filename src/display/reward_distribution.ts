/** How rewards spread, by the resources that agents worked with. */

import { groupBy } from "../deps/grouping.ts";
import { CHART_WIDTH } from "./chart_style.ts";
import { chartOf, type Drawing } from "./picture.ts";
import type { RewardPoint } from "./reward_points.ts";
import { COLOR } from "./style.ts";
import { count, measure } from "./wording.ts";

/**
 * A chart of the distribution of rewards, a row for each version of the resources: how large a
 * share of its rollouts earned how much, and their mean as a line. Rows are in the order in which
 * versions were first used; of more than 12, the last 12 are drawn. It rejects where Vega, which
 * draws it, cannot be loaded.
 *
 * @example
 * ```ts
 * import { openStore } from "@lightning/store";
 * import { rewardDistribution, rewardPoints } from "@lightning/store/display";
 *
 * const store = await openStore("memory:");
 * const distribution = await rewardDistribution(await rewardPoints(store));
 * console.log(distribution.text); // Rewards by resources: none yet
 * ```
 */
export const rewardDistribution = (points: readonly RewardPoint[]): Promise<Drawing> => {
  const ordered = points.toSorted((a, b) => a.time - b.time);
  const versions = [...groupBy(ordered, ({ resources_id }) => resources_id)]
    .map(([resources_id, own]) => versionOf(resources_id, own));
  const drawn = versions.slice(-MOST_VERSIONS);
  const title = versions.length === 0
    ? "Rewards by resources: none yet"
    : drawn.length < versions.length
    ? `Rewards by resources, the last ${drawn.length} of ${count(versions.length)}`
    : "Rewards by resources";
  return chartOf(
    [title, ...drawn.map(({ version }) => version.replace("\n", ": "))].join("\n"),
    {
      title,
      data: {
        values: drawn.flatMap(({ version, rewards }, row) =>
          rewards.map((reward) => ({ version, row, reward }))
        ),
      },
      facet: {
        row: {
          field: "version",
          type: "nominal",
          sort: { field: "row" },
          title: null,
          header: {
            labelExpr: "split(datum.value, '\\n')",
            labelLimit: LABEL_WIDTH + 60,
            labelAngle: 0,
            labelAlign: "left",
            labelAnchor: "middle",
            labelBaseline: "middle",
          },
        },
      },
      spacing: 12,
      spec: {
        width: CHART_WIDTH - LABEL_WIDTH,
        height: 56,
        layer: [
          {
            transform: [
              { bin: { maxbins: 24 }, field: "reward", as: ["from", "to"] },
              { joinaggregate: [{ op: "count", as: "rollouts" }], groupby: ["version"] },
              {
                aggregate: [{ op: "count", as: "earners" }],
                groupby: ["version", "from", "to", "rollouts"],
              },
              { calculate: "datum.earners / datum.rollouts", as: "share" },
            ],
            mark: { type: "bar", aria: false, color: COLOR.busy, opacity: 0.75 },
            encoding: {
              x: { field: "from", type: "quantitative", bin: { binned: true }, title: "reward" },
              x2: { field: "to" },
              y: {
                field: "share",
                type: "quantitative",
                title: null,
                scale: { domain: [0, 1] },
                axis: { format: "%", tickCount: 2 },
              },
              tooltip: [{ field: "earners", title: "rollouts" }],
            },
          },
          {
            mark: { type: "rule", color: COLOR.odd, strokeWidth: 2.5 },
            encoding: { x: { aggregate: "mean", field: "reward", type: "quantitative" } },
          },
        ],
      },
    },
  );
};

const MOST_VERSIONS = 12;

const LABEL_WIDTH = 180;

/** A version of the resources in words, and the rewards that were earned with it. */
const versionOf = (
  resources_id: string | null,
  points: readonly RewardPoint[],
): { readonly version: string; readonly rewards: readonly number[] } => {
  const rewards = points.map(({ reward }) => reward);
  const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
  const heading = `mean ${measure(mean)}, n = ${count(rewards.length)}`;
  return { version: `${resources_id ?? "no resources"}\n${heading}`, rewards };
};
