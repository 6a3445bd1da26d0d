/** Spans that no tracer made. Contract section 1.11. */

import { SPAN_NAME } from "../model/semantic_names.ts";
import type { Attributes, Span, SpanContext } from "../model/span.ts";

/** What is known of a span that no tracer made. */
export type VirtualSpan = Partial<Omit<Span, "context" | "parent">> & {
  /** Its details, the one thing that must be given. */
  readonly attributes: Attributes;
};

/**
 * Makes a whole span of its attributes and whatever else is given. Defaults: no rollout and attempt,
 * `sequence_id` 0, random trace and span ids, the name `agentlightning.virtual`, status `OK`, no
 * times. `randomUUID` is called by itself, which `crypto.randomUUID` alone does not stand.
 *
 * @example
 * ```ts
 * import { attributesOfRewards, virtualSpan } from "@lightning/store";
 *
 * const attributes = attributesOfRewards([{ name: "accuracy", value: 1 }]);
 * const span = virtualSpan({ attributes }, () => crypto.randomUUID());
 * console.log(span.name); // agentlightning.virtual
 * ```
 */
export const virtualSpan = (fields: VirtualSpan, randomUUID: () => string): Span => {
  const trace_id = fields.trace_id ?? hexOf(randomUUID());
  const span_id = fields.span_id ?? hexOf(randomUUID()).slice(16);
  const parent_id = fields.parent_id ?? null;
  return {
    rollout_id: "",
    attempt_id: "",
    sequence_id: 0,
    name: SPAN_NAME.virtual,
    status: { status_code: "OK", description: null },
    events: [],
    links: [],
    start_time: null,
    end_time: null,
    resource: { attributes: {}, schema_url: "" },
    ...fields,
    trace_id,
    span_id,
    parent_id,
    context: contextOf(trace_id, span_id),
    parent: parent_id === null ? null : contextOf(trace_id, parent_id),
  };
};

const hexOf = (uuid: string): string => uuid.replaceAll("-", "");

const contextOf = (trace_id: string, span_id: string): SpanContext => ({
  trace_id,
  span_id,
  is_remote: false,
  trace_state: {},
});
