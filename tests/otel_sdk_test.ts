/** Spans of the real OpenTelemetry SDK in the store. */

import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { assertEquals } from "@std/assert";
import { openStore } from "../mod.ts";

Deno.test("OpenTelemetry: parent and child arrive whole, in the order of their numbers", async () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer("agent", "1.0");
  const root = tracer.startSpan(
    "root",
    { kind: SpanKind.CLIENT, startTime: [100, 500_000_000] },
    ROOT_CONTEXT,
  );
  const child = tracer.startSpan(
    "child",
    { attributes: { "gen_ai.system": "none", tokens: 3, stop: ["a", "b"] } },
    trace.setSpan(ROOT_CONTEXT, root),
  );
  child.addEvent("thought", { depth: 2 }, [101, 0]);
  child.addLink({ context: root.spanContext(), attributes: { why: "because" } });
  child.setStatus({ code: SpanStatusCode.ERROR, message: "no luck" });
  child.end();
  root.end([103, 0]);

  const store = await openStore("sqlite::memory:");
  const { rollout_id, attempt: { attempt_id } } = await store.startRollout({ input: 1 });
  const ids = { rollout_id, attempt_id };
  for (const readable_span of exporter.getFinishedSpans()) {
    await store.addOtelSpan({ ...ids, readable_span });
  }

  const { items: [c, r] } = await store.querySpans(ids);
  assertEquals([c?.name, c?.sequence_id, r?.name, r?.sequence_id], ["child", 1, "root", 2]);
  assertEquals(c?.trace_id, root.spanContext().traceId);
  assertEquals(c?.parent_id, root.spanContext().spanId);
  assertEquals(c?.parent?.span_id, root.spanContext().spanId);
  assertEquals(c?.status, { status_code: "ERROR", description: "no luck" });
  assertEquals(c?.attributes, { "gen_ai.system": "none", tokens: 3, stop: ["a", "b"] });
  assertEquals(c?.events, [{ name: "thought", attributes: { depth: 2 }, timestamp: 101 }]);
  assertEquals(c?.links[0]?.context.span_id, root.spanContext().spanId);
  assertEquals(c?.links[0]?.attributes, { why: "because" });
  assertEquals([r?.parent_id, r?.parent, r?.start_time, r?.end_time], [null, null, 100.5, 103]);
  assertEquals(Reflect.get(Object(r), "kind"), "SpanKind.CLIENT");
  assertEquals(Reflect.get(Object(r), "instrumentation_scope"), { name: "agent", version: "1.0" });
  assertEquals((await store.getRolloutById({ rollout_id }))?.status, "running");
  await store.close();
});
