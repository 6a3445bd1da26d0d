/** Random spans of the real OpenTelemetry SDK. */

import {
  type Attributes,
  createTraceState,
  ROOT_CONTEXT,
  type Span,
  trace,
} from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import fc from "fast-check";

/** What a test's program does: one span, and what it does beneath it. */
export interface Step {
  readonly name: string;
  readonly kind: number;
  readonly attributes: Attributes;
  readonly start: readonly [number, number];
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
  readonly link: { readonly attributes: Attributes } | null;
  readonly status: { readonly code: number; readonly message?: string };
  readonly state: string | null;
  readonly steps: readonly Step[];
}

const text = fc.string({ unit: "grapheme", maxLength: 12 });
const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true, maxExcluded: true, max: 1e15, min: -1e15 }),
);
const attributes: fc.Arbitrary<Attributes> = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.oneof(
    text,
    fc.string({ unit: "binary", maxLength: 300 }),
    number,
    fc.boolean(),
    fc.array(text, { maxLength: 3 }),
    fc.array(number, { maxLength: 3 }),
    fc.array(fc.boolean(), { maxLength: 3 }),
  ),
  { maxKeys: 5 },
);

/** Programs of up to three levels. */
export const step: fc.Arbitrary<Step> = fc.letrec<{ step: Step }>((tie) => ({
  step: fc.record({
    name: text,
    kind: fc.integer({ min: 0, max: 4 }),
    attributes,
    start: fc.tuple(fc.integer({ min: 1e6, max: 4e9 }), fc.integer({ min: 0, max: 999_999_999 })),
    events: fc.array(fc.record({ name: text, attributes }), { maxLength: 3 }),
    link: fc.option(fc.record({ attributes })),
    status: fc.record(
      { code: fc.integer({ min: 0, max: 2 }), message: text },
      { requiredKeys: ["code"] },
    ),
    state: fc.option(fc.constantFrom("a=1", "vendor=x,other=y z")),
    steps: fc.oneof(
      { maxDepth: 3 },
      fc.constant([]),
      fc.array(tie("step"), { minLength: 1, maxLength: 3 }),
    ),
  }),
})).step;

/** The finished spans of a program, whose resource has these attributes. */
export const spansOfProgram = (
  program: Step,
  resource: Attributes,
): readonly ReadableSpan[] => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes(resource),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer("agent", "1.0");

  const run = (it: Step, above: Span | null): void => {
    const [seconds, nanoseconds] = it.start;
    const outer = above === null ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, above);
    const context = above !== null || it.state === null
      ? outer
      : trace.setSpanContext(ROOT_CONTEXT, {
        traceId: "0af7651916cd43dd8448eb211c80319c",
        spanId: "00f067aa0ba902b7",
        traceFlags: 1,
        isRemote: true,
        traceState: createTraceState(it.state),
      });
    const span = tracer.startSpan(
      it.name,
      { kind: it.kind, attributes: it.attributes, startTime: [seconds, nanoseconds] },
      context,
    );
    for (const event of it.events) span.addEvent(event.name, event.attributes, [seconds, 1]);
    if (it.link !== null) span.addLink({ context: (above ?? span).spanContext(), ...it.link });
    span.setStatus(it.status);
    for (const inner of it.steps) run(inner, span);
    span.end([seconds + 1, nanoseconds]);
  };

  run(program, null);
  return exporter.getFinishedSpans();
};
