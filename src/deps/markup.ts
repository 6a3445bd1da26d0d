/** Templates that escape what stands in them: the one place that names their version beside Hono's own. */
export { html, raw } from "npm:hono@4.13.19/html";
export type { HtmlEscapedString } from "npm:hono@4.13.19/utils/html";
