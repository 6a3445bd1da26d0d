/**
 * Pictures of what a store holds: tables, waterfalls of spans, charts of rewards, and progress. They
 * are for notebooks, pages and files, and have a form for the terminal.
 *
 * Text of a store is text in a picture, whatever stands in it; pictures run no scripts and load
 * nothing.
 *
 * @example
 * ```ts
 * import { openStore } from "@lightning/store";
 * import { show } from "@lightning/store/display";
 *
 * const store = await openStore("memory:");
 * await store.enqueueRollout({ input: { question: "2 + 2" }, mode: "train" });
 * const picture = show(await store.queryRollouts());
 * console.log(picture.text); // in a notebook, `picture` as the last value of a cell
 * ```
 *
 * @module
 */

export { toHTML, toSVG } from "./file.ts";
export { DISPLAY, type Drawing, type Picture } from "./picture.ts";
export type { Progress, RolloutCounts } from "./progress.ts";
export { rewardCurve } from "./reward_curve.ts";
export { rewardDistribution } from "./reward_distribution.ts";
export { type RewardPoint, rewardPoints } from "./reward_points.ts";
export type { Screen } from "./screen.ts";
export { show, type Showable } from "./show.ts";
export { waterfall, type WaterfallOptions } from "./waterfall.ts";
export { watch, type WatchOptions, type WatchQuery } from "./watch.ts";
