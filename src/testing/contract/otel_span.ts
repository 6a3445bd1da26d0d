/** Spans of an OpenTelemetry SDK for the cases. */

import type { OtelSpan } from "../../model/otel.ts";

/** A finished span, shaped as the SDK shapes it. */
export const otelSpan = (spanId: string): OtelSpan => ({
  name: "agent.step",
  kind: 0,
  spanContext: () => ({ traceId: "0af7651916cd43dd8448eb211c80319c", spanId }),
  startTime: [1_760_000_000, 0],
  endTime: [1_760_000_001, 500_000_000],
  status: { code: 1 },
  attributes: { "gen_ai.system": "none" },
  events: [],
  links: [],
  resource: { attributes: {} },
});
