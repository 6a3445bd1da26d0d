/** Round values for an axis: the one place that names its version. */
// @ts-types="npm:@types/d3-array@3.2.2"
export { ticks } from "npm:d3-array@3.2.4";
