/** A runner: it claims rollouts, runs the agent on them, and tells the store how that went. */

import { ROOT_CONTEXT, SpanStatusCode, trace } from "@opentelemetry/api";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type AttemptedRollout,
  attributesOfRewards,
  type PromiseStore,
  renderPrompt,
  SPAN_NAME,
} from "../../mod.ts";
import { work } from "./agent.ts";
import { isTask } from "./task.ts";
import { traceAttempt } from "./tracing.ts";

/** Who runs, on what, and for how long. */
export interface Runner {
  readonly store: PromiseStore;
  readonly worker_id: string;
  /** Ends the runner after the rollout at hand. */
  readonly signal: AbortSignal;
  /** The claim in the middle of which the runner dies, to show what the store does then. */
  readonly diesOnClaim: number | null;
}

/** How long the stand-in model thinks about one step. */
const STEP_MILLISECONDS = 3;

/** How long a runner rests when the queue is empty. */
const IDLE_MILLISECONDS = 50;

/** Works on whatever is queued until the signal ends it. */
export const run = async ({ store, worker_id, signal, diesOnClaim }: Runner): Promise<void> => {
  for (let claims = 1; !signal.aborted;) {
    const rollout = await store.dequeueRollout({ worker_id });
    if (rollout === null) await sleep(IDLE_MILLISECONDS);
    else if (claims++ === diesOnClaim) return await attempt(store, rollout, "dies");
    else await attempt(store, rollout, "lives");
  }
};

const attempt = async (
  store: PromiseStore,
  rollout: AttemptedRollout,
  fate: "lives" | "dies",
): Promise<void> => {
  const { rollout_id, attempt: { attempt_id, sequence_id } } = rollout;
  if (!isTask(rollout.input)) {
    // Whose it is may put another runner to it.
    await store.updateAttempt({ rollout_id, attempt_id, status: "failed" });
    return;
  }
  const { question, answer } = rollout.input;
  const prompt = await promptOf(store, rollout, question);
  const { steps, outcome } = work(prompt, sequence_id);

  const { tracer, flush } = traceAttempt(store, { rollout_id, attempt_id });
  const root = tracer.startSpan("agent.work", { attributes: { prompt } }, ROOT_CONTEXT);
  const inRoot = trace.setSpan(ROOT_CONTEXT, root);
  for (const { name, value } of steps) {
    const span = tracer.startSpan(`agent.${name}`, { attributes: { value } }, inRoot);
    await sleep(STEP_MILLISECONDS);
    span.end();
    // Not a word to the store: its watchdog has to find out.
    if (fate === "dies") return await flush();
  }
  if ("error" in outcome) {
    root.recordException(outcome.error);
    root.setStatus({ code: SpanStatusCode.ERROR, message: outcome.error });
  } else {
    const value = outcome.answer === answer ? 1 : 0;
    const attributes = attributesOfRewards([{ name: "correct", value }]);
    tracer.startSpan(SPAN_NAME.reward, { attributes }, inRoot).end();
  }
  root.end();
  await flush();

  // A runner that was silent for too long is taken for dead. If another one has the rollout by now,
  // the result is that one's to give.
  const latest = await store.getLatestAttempt({ rollout_id });
  if (latest?.attempt_id !== attempt_id) return;
  await store.updateAttempt({
    rollout_id,
    attempt_id,
    status: "error" in outcome ? "failed" : "succeeded",
  });
};

const promptOf = async (
  store: PromiseStore,
  { rollout_id, resources_id }: AttemptedRollout,
  question: string,
): Promise<string> => {
  const update = resources_id === null ? null : await store.getResourcesById({ resources_id });
  const prompt = update?.resources.prompt;
  if (prompt?.resource_type !== "prompt_template") {
    throw new Error(`Rollout ${rollout_id} has no prompt`);
  }
  const rendered = renderPrompt(prompt, { question });
  if (rendered._tag === "Left") throw new Error(rendered.left.message);
  return rendered.right;
};
