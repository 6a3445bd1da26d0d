/** A span of the usual size: about 1.3 kB of JSON. */

import type { Span } from "../mod.ts";

/** A span of an attempt, as a model call leaves it. */
export const spanOf = (rollout_id: string, attempt_id: string, i: number): Span => ({
  rollout_id,
  attempt_id,
  sequence_id: i + 1,
  trace_id: "0af7651916cd43dd8448eb211c80319c",
  span_id: i.toString(16).padStart(16, "0"),
  parent_id: "b7ad6b7169203331",
  name: "openai.chat.completion",
  status: { status_code: "OK", description: null },
  attributes: {
    "gen_ai.system": "openai",
    "gen_ai.request.model": "a-model-of-seven-billion-parameters",
    "gen_ai.request.temperature": 0.7,
    "gen_ai.response.id": `chatcmpl-${i}`,
    "gen_ai.usage.input_tokens": 312,
    "gen_ai.usage.output_tokens": 48,
    "gen_ai.prompt.0.content": "You add numbers. ".repeat(20),
    "gen_ai.completion.0.content": "The answer is a number. ".repeat(8),
    "gen_ai.response.finish_reasons": ["stop"],
  },
  events: [],
  links: [],
  start_time: 1_760_000_000.25,
  end_time: 1_760_000_001.5,
  context: {
    trace_id: "0af7651916cd43dd8448eb211c80319c",
    span_id: i.toString(16).padStart(16, "0"),
    is_remote: false,
    trace_state: {},
  },
  parent: null,
  resource: { attributes: { "service.name": "agent" }, schema_url: "" },
});
