/** What all charts have in common: the look of the other pictures. */

import type { ChartSpec } from "../deps/vega.ts";
import { FONT } from "./style.ts";

/** The size of a chart, in pixels. */
export const CHART_WIDTH = 640;

/** The style of a chart, which has no background of its own, with text and lines in a color. */
export const chartStyle = (color: string) => ({
  background: "transparent",
  padding: 8,
  config: {
    font: FONT,
    numberFormat: "~r",
    view: { stroke: null },
    axis: {
      domain: false,
      ticks: false,
      gridColor: color,
      gridOpacity: 0.15,
      labelColor: color,
      labelFontSize: 11,
      labelOpacity: 0.75,
      labelPadding: 6,
      titleColor: color,
      titleFontSize: 12,
      titleFontWeight: "normal",
    },
    header: { labelColor: color, labelFontSize: 12 },
    title: { anchor: "start", color, fontSize: 13, fontWeight: 600, offset: 12 },
  },
} satisfies Partial<ChartSpec>);
