/**
 * A store in a Durable Object of Cloudflare's.
 *
 * @module
 */

export { durableObjectDriver } from "./driver.ts";
export { type DurableObject, durableObject, type DurableObjectOptions } from "./durable_object.ts";
export type { DurableObjectState, DurableObjectStorage, SqlStorage } from "./platform.ts";
