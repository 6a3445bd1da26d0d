/** Spans for tests. */

import type { Span } from "../model/span.ts";

/**
 * A whole span of an attempt; other fields than the ids are the same each time unless given.
 *
 * @example
 * ```ts
 * import { spanOf } from "@lightning/store/testing";
 *
 * const span = spanOf({ rollout_id: "ro-1", attempt_id: "at-1" }, "span-1", { name: "think" });
 * console.log(span.name); // think
 * ```
 */
export const spanOf = (
  { rollout_id, attempt_id }: { readonly rollout_id: string; readonly attempt_id: string },
  span_id: string,
  fields: Partial<Span> & Readonly<Record<string, unknown>> = {},
): Span => ({
  rollout_id,
  attempt_id,
  sequence_id: 1,
  trace_id: "0af7651916cd43dd8448eb211c80319c",
  span_id,
  parent_id: null,
  name: "agent.step",
  status: { status_code: "OK", description: null },
  attributes: {},
  events: [],
  links: [],
  start_time: 1,
  end_time: 2,
  context: null,
  parent: null,
  resource: { attributes: {}, schema_url: "" },
  ...fields,
});
