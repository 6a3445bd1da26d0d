/**
 * Vega and Vega-Lite: the type of a chart, and a way to draw one without a browser. Nothing is
 * fetched until the first chart is drawn, so that whoever draws none does not pay for it.
 */
import type * as Vega from "npm:vega@6.4.0";
import type * as VegaLite from "npm:vega-lite@6.5.0";
import { loadOnDemand } from "./on_demand.ts";

/** A chart as Vega-Lite writes it down. */
export type ChartSpec = VegaLite.TopLevelSpec;

/** The version of Vega that is loaded: the one whose types these are. */
export const VEGA_VERSION = "6.4.0";

/** The version of Vega-Lite that is loaded: the one whose types these are. */
export const VEGA_LITE_VERSION = "6.5.0";

/** Draws a chart; rejects where it cannot be drawn, or the libraries cannot be loaded. */
export const drawChart = async (spec: ChartSpec): Promise<string> => {
  const [vega, { compile }] = await Promise.all([
    loadOnDemand<typeof Vega>({ name: "vega", version: VEGA_VERSION }),
    loadOnDemand<typeof VegaLite>({ name: "vega-lite", version: VEGA_LITE_VERSION }),
  ]);
  return new vega.View(vega.parse(compile(spec).spec), { renderer: "none" }).toSVG();
};
