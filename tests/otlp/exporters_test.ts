/** The exporters of the OpenTelemetry SDK, sending to a server. */

import { ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-base";
import { assertEquals } from "@std/assert";
import { RESOURCE_ATTRIBUTE } from "../../mod.ts";
import { receiver } from "./receiver.ts";

interface ExporterConfig {
  readonly url: string;
  readonly compression: string;
}

/** Their types name the compression by an enumeration of a package that they keep to themselves. */
const EXPORTERS: Readonly<Record<string, (config: ExporterConfig) => SpanExporter>> = {
  "exporter-trace-otlp-proto": (config) => new ProtobufExporter(Object(config)),
  "exporter-trace-otlp-http": (config) => new JsonExporter(Object(config)),
};

for (const [name, exporter] of Object.entries(EXPORTERS)) {
  for (const compression of ["none", "gzip"]) {
    Deno.test(`OTLP: ${name} sends spans, compression ${compression}`, async () => {
      const { receive, start, spans, adds } = receiver();
      const requests: (string | null)[] = [];
      await using server = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen: () => {} },
        (request) => {
          requests.push(request.headers.get("content-encoding"));
          return receive(request);
        },
      );
      const ids = await start();
      const provider = new BasicTracerProvider({
        resource: resourceFromAttributes({
          "service.name": "agent",
          [RESOURCE_ATTRIBUTE.rollout_id]: ids.rollout_id,
          [RESOURCE_ATTRIBUTE.attempt_id]: ids.attempt_id,
        }),
        spanProcessors: [
          new BatchSpanProcessor(
            exporter({ url: `http://127.0.0.1:${server.addr.port}/v1/traces`, compression }),
          ),
        ],
      });
      const tracer = provider.getTracer("agent", "1.0");
      const root = tracer.startSpan("root", { kind: SpanKind.CLIENT }, ROOT_CONTEXT);
      for (let i = 1; i < 50; i++) {
        tracer.startSpan(
          `step ${i}`,
          { attributes: { i, half: i / 2, words: ["é", "ü"] } },
          trace.setSpan(ROOT_CONTEXT, root),
        ).end();
      }
      root.end();
      await provider.forceFlush();
      await provider.shutdown();

      const stored = await spans(ids);
      assertEquals(requests, [compression === "gzip" ? "gzip" : null]);
      assertEquals([stored.length, adds()], [50, 1]);
      assertEquals(stored.map(({ sequence_id }) => sequence_id), stored.map((_, i) => i + 1));
      assertEquals(stored[0]?.attributes, { i: 1, half: 0.5, words: ["é", "ü"] });
      const last = stored.at(-1);
      assertEquals([last?.name, last?.parent_id], ["root", null]);
      assertEquals(stored[0]?.parent_id, last?.span_id);
      assertEquals(Reflect.get(Object(last), "kind"), "SpanKind.CLIENT");
      assertEquals(Reflect.get(Object(last), "instrumentation_scope"), {
        name: "agent",
        version: "1.0",
      });
    });
  }
}
