/** Names of the wire that more than one file needs. */

/** The version of the protocol, which every answer names. */
export const PROTOCOL = "0.3";

/** The header in which it does. */
export const PROTOCOL_HEADER = "x-agl-protocol";

/** Where the JSON API is. */
export const ROOT = "/v1/agl";

/** A path as people and OpenAPI write it: `/rollouts/{rollout_id}` for `/rollouts/:rollout_id`. */
export const templateOf = (path: string): string => path.replace(/:(\w+)/g, "{$1}");

/** The names of a path's ids. */
export const idsIn = (path: string): readonly string[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
