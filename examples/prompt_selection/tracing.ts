/** OpenTelemetry's SDK, with the store as the place where spans go. */

import type { Tracer } from "@opentelemetry/api";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import type { PromiseStore } from "../../mod.ts";

/** Traces one attempt. */
export interface AttemptTracing {
  readonly tracer: Tracer;
  /** Resolves when the store holds every span that has ended; rejects if it could not take one. */
  readonly flush: () => Promise<void>;
}

/** Each span goes to the store as soon as it ends, and so is a sign of life of its attempt. */
export const traceAttempt = (
  store: PromiseStore,
  attempt: { readonly rollout_id: string; readonly attempt_id: string },
): AttemptTracing => {
  const sent: Promise<unknown>[] = [];
  const flush = async () => void await Promise.all(sent);
  const provider = new BasicTracerProvider({
    spanProcessors: [{
      onStart: () => {},
      onEnd: (readable_span) => void sent.push(store.addOtelSpan({ ...attempt, readable_span })),
      forceFlush: flush,
      shutdown: flush,
    }],
  });
  return { tracer: provider.getTracer("prompt-selection"), flush };
};
