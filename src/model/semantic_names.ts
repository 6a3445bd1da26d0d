/** Names with a meaning in spans. Source: the store contract, appendix B. */

/**
 * Names of spans with a meaning.
 *
 * @example
 * ```ts
 * import { SPAN_NAME } from "@lightning/store";
 *
 * console.log(SPAN_NAME.reward); // agentlightning.reward
 * ```
 */
export const SPAN_NAME: Readonly<
  Record<
    "annotation" | "message" | "object" | "exception" | "operation" | "reward" | "virtual",
    string
  >
> = {
  annotation: "agentlightning.annotation",
  message: "agentlightning.message",
  object: "agentlightning.object",
  exception: "agentlightning.exception",
  operation: "agentlightning.operation",
  reward: "agentlightning.reward",
  virtual: "agentlightning.virtual",
};

/**
 * Attributes of a span's resource by which a sender tells where the span belongs.
 *
 * @example
 * ```ts
 * import { RESOURCE_ATTRIBUTE } from "@lightning/store";
 *
 * console.log(RESOURCE_ATTRIBUTE.rollout_id); // agentlightning.rollout_id
 * ```
 */
export const RESOURCE_ATTRIBUTE: Readonly<
  Record<"rollout_id" | "attempt_id" | "span_sequence_id" | "tracer_name", string>
> = {
  rollout_id: "agentlightning.rollout_id",
  attempt_id: "agentlightning.attempt_id",
  span_sequence_id: "agentlightning.span_sequence_id",
  tracer_name: "agentlightning.tracer.name",
};
