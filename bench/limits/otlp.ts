/** Spans over OTLP, 50 a request, beside the same store that is called directly. Both are SQLite. */

import { openStore } from "../../mod.ts";
import { otlpSpans } from "../load/jobs.ts";
import { secondsUnder } from "../load/load.ts";
import { servedStore } from "../load/service.ts";
import { spanBatches } from "../prepared.ts";
import { secondsOf } from "../subject.ts";
import type { Contest } from "./contest.ts";

/** The spans of a request. */
const SIZE = 50;

export const otlpContests: readonly Contest[] = [{
  name: "otlp spans",
  sizes: [{ operations: 10_000, callers: 1 }, { operations: 20_000, callers: 8 }],
  rounds: { uncounted: 2, counted: 5 },
  open: async (path) => {
    const served = await servedStore(`sqlite:${path}`);
    const store = await openStore(`sqlite:${path}.bare`);
    return {
      ours: async (operations, callers) =>
        await secondsUnder(
          served.address,
          callers,
          await otlpSpans(SIZE)(served, operations, callers),
        ),
      bare: async (operations, callers) => {
        const batches = await spanBatches(store, {
          spans: operations,
          attempts: callers,
          size: SIZE,
        });
        // Numbered by the store, as spans of OTLP are.
        const calls = batches.map((spans) => spans.map((span) => ({ ...span, sequence_id: null })));
        const left = calls.values();
        return await secondsOf(() =>
          Promise.all(Array.from({ length: callers }, async () => {
            for (const spans of left) await store.addManySpans({ spans });
          }))
        );
      },
      close: async () => {
        await served[Symbol.asyncDispose]();
        await store.close();
      },
    };
  },
}];
