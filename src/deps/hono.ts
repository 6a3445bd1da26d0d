/** The parts of Hono that the module uses: the one place that names its version. */
export { type Context, Hono } from "npm:hono@4.13.19";
export { getMimeType } from "npm:hono@4.13.19/utils/mime";
