/**
 * A store as a service: a function from `Request` to `Response`.
 *
 * @module
 */

export { type HttpApp, httpApp, type HttpOptions, type RequestLog } from "./app.ts";
export type { GuardOptions } from "./guard.ts";
export { type Labels, type Metrics, newMetrics, type Observe, type Subject } from "./metrics.ts";
export type { PageFile, Pages } from "./pages.ts";
