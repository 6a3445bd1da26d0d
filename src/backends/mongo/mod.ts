/**
 * The MongoDB backend, and the import of what agent-lightning keeps in MongoDB.
 *
 * @module
 */

export { mongo } from "./mongo.ts";
export type { MongoOptions } from "./options.ts";
export { importUpstream } from "./upstream/import.ts";
export type { ImportOptions, UpstreamSource } from "./upstream/options.ts";
export type { ImportKind, ImportReport, KindReport, SkipReason } from "./upstream/report.ts";
