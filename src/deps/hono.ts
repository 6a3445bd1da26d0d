/** The parts of Hono that the module uses: the one place that names its version. */
export { PatternRouter } from "npm:hono@4.13.19/router/pattern-router";
export { tryDecode } from "npm:hono@4.13.19/utils/url";
export { getMimeType } from "npm:hono@4.13.19/utils/mime";
