/** What `Map.groupBy` does, which Node 20 lacks: the one place that names its version. */
// @ts-types="npm:@types/d3-array@3.2.2"
export { group as groupBy } from "npm:d3-array@3.2.4";
