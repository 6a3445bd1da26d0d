/** The base URL of a model behind a proxy that tells rollouts apart. Contract section 1.9. */

import { E } from "../deps/fp.ts";
import { type InvalidArgument, invalidArgument } from "../model/errors.ts";
import type { LLM, ProxyLLM } from "../model/resources.ts";

/**
 * The URL to call a model by. A plain endpoint stays as it is; a proxied one gets the rollout and
 * the attempt into its path, before a closing `/v1`. One of the two ids alone is an
 * `InvalidArgument`.
 *
 * @example
 * ```ts
 * import { baseUrl } from "@lightning/store";
 *
 * const model = {
 *   resource_type: "proxy_llm",
 *   endpoint: "http://localhost:4000/v1",
 *   model: "m",
 *   api_key: null,
 *   sampling_parameters: {},
 * } as const;
 * const url = baseUrl(model, { rollout_id: "ro-1", attempt_id: "at-1" });
 * if (url._tag === "Right") console.log(url.right);
 * // http://localhost:4000/rollout/ro-1/attempt/at-1/v1
 * ```
 */
export const baseUrl = (
  { resource_type, endpoint }: LLM | ProxyLLM,
  { rollout_id = null, attempt_id = null }: {
    readonly rollout_id?: string | null;
    readonly attempt_id?: string | null;
  },
): E.Either<InvalidArgument, string> => {
  if (resource_type === "llm" || rollout_id === null && attempt_id === null) {
    return E.right(endpoint);
  }
  if (rollout_id === null) return E.left(together("rollout_id"));
  if (attempt_id === null) return E.left(together("attempt_id"));
  return E.right(proxied(endpoint, rollout_id, attempt_id));
};

/** One closing slash goes; ids are not escaped (K-31). */
const proxied = (endpoint: string, rollout_id: string, attempt_id: string): string => {
  const bare = endpoint.replace(/\/$/, "");
  const versioned = bare.endsWith("/v1");
  const root = versioned ? bare.slice(0, -"/v1".length) : bare;
  return `${root}/rollout/${rollout_id}/attempt/${attempt_id}${versioned ? "/v1" : ""}`;
};

const together = (missing: string): InvalidArgument =>
  invalidArgument(missing, "expected rollout_id and attempt_id together, or neither; got nothing");

/**
 * The plain endpoint that an attempt calls instead of the proxied one.
 *
 * @example
 * ```ts
 * import { bakedForAttempt } from "@lightning/store";
 *
 * const { endpoint } = bakedForAttempt({
 *   resource_type: "proxy_llm",
 *   endpoint: "http://localhost:4000",
 *   model: "m",
 *   api_key: null,
 *   sampling_parameters: {},
 * }, { rollout_id: "ro-1", attempt_id: "at-1" });
 * console.log(endpoint); // http://localhost:4000/rollout/ro-1/attempt/at-1
 * ```
 */
export const bakedForAttempt = (
  llm: LLM | ProxyLLM,
  { rollout_id, attempt_id }: { readonly rollout_id: string; readonly attempt_id: string },
): LLM => ({
  ...llm,
  resource_type: "llm",
  endpoint: llm.resource_type === "llm"
    ? llm.endpoint
    : proxied(llm.endpoint, rollout_id, attempt_id),
});
