/** A backend with something of everything in it, for laws to work on. */

import type { Backend } from "../../backend.ts";
import type { PromptTemplate } from "../../model/resources.ts";
import { spanOf } from "../span_of.ts";
import { newAttempt, queued, rolloutChange, valueOf } from "./records.ts";

/** The attempt of `ro-live`, which runs. */
export const LIVE = { rollout_id: "ro-live", attempt_id: "at-live" } as const;

/** Some resources. */
export const prompts = (template: string): Readonly<Record<string, PromptTemplate>> => ({
  main: { resource_type: "prompt_template", template, engine: "f-string" },
});

/**
 * Puts rollouts, attempts, spans, resources and a worker into a backend. From its head on, the queue
 * then holds the stale `ro-z`; `ro-c` and `ro-a`, both of which had an attempt `at-1`; `ro-b`, which
 * had none; and the stale `ro-live`.
 */
export const peopled = async (backend: Backend): Promise<Backend> => {
  const outcomes = [
    await backend.putResources([
      { resources_id: "rs-a", resources: prompts("a"), now: 1, fresh: true },
    ]),
    await backend.insert(
      ["ro-z", "ro-c", "ro-a", "ro-b"].map((id) => [queued(id)]),
    ),
    await backend.insert([[queued("ro-live", { timeout_seconds: 100, unresponsive_seconds: 50 })]]),
    await backend.change([
      rolloutChange("ro-z", { status: "cancelled" }),
      newAttempt("ro-c", "at-1"),
      rolloutChange("ro-c", { status: "requeuing" }),
      newAttempt("ro-a", "at-1"),
      rolloutChange("ro-a", { status: "requeuing" }),
      newAttempt(LIVE.rollout_id, LIVE.attempt_id),
    ]),
    await backend.addSpans([{ spans: [spanOf(LIVE, "s-a")], now: 5 }]),
    await backend.affect([
      { worker_id: "w-a", when: { is: "always" }, set: { heartbeat_stats: { load: [1] } } },
    ]),
  ];
  for (const outcome of outcomes.flat()) valueOf<unknown>(outcome);
  return backend;
};
