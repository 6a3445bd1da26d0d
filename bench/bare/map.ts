/** The least that a map can do for each job: one synchronous loop over records. */

import { spanOf } from "../span_of.ts";
import { secondsOf, type Subject } from "../subject.ts";
import { attemptOf, rolloutOf } from "./records.ts";

/** The jobs on plain maps. Callers make no difference to a synchronous loop. */
export const bareMap = (): Subject => {
  const rollouts = new Map<string, ReturnType<typeof rolloutOf>>();
  const attempts = new Map<string, ReturnType<typeof attemptOf>[]>();
  const workers = new Map<string, Readonly<Record<string, unknown>>>();
  const spans = new Map<string, ReturnType<typeof spanOf>>();
  const queue: string[] = [];
  let head = 0;

  const enqueue = (i: number) => {
    const rollout = rolloutOf(i);
    rollouts.set(rollout.rollout_id, rollout);
    queue.push(rollout.rollout_id);
    return { ...rollout };
  };

  const claim = (worker_id: string) => {
    const rollout = rollouts.get(queue[head++] ?? "");
    if (rollout === undefined) return null;
    const { rollout_id } = rollout;
    const attempt = attemptOf(rollout_id, worker_id);
    const claimed = { ...rollout, status: "preparing" };
    rollouts.set(rollout_id, claimed);
    attempts.set(rollout_id, [attempt]);
    workers.set(worker_id, {
      ...workers.get(worker_id),
      status: "busy",
      last_busy_time: attempt.start_time,
      current_rollout_id: rollout_id,
      current_attempt_id: attempt.attempt_id,
    });
    return { ...claimed, attempt: { ...attempt } };
  };

  /** Where every result goes, or the compiler would not make what nobody looks at. */
  let result: unknown;
  const repeat = (operations: number, each: (i: number) => unknown) =>
    secondsOf(() => {
      for (let i = 0; i < operations; i++) result = each(i);
      return result;
    });

  const claimed = (count: number) => {
    for (let i = 0; i < count; i++) enqueue(i);
    return Array.from({ length: count }, () => claim("Worker-0"));
  };

  return {
    enqueue: (operations) => repeat(operations, enqueue),

    "enqueue-many": (operations) => repeat(operations, enqueue),

    claim: (operations, callers) => {
      for (let i = 0; i < operations; i++) enqueue(i);
      return repeat(operations, (i) => claim(`Worker-${i % callers}`));
    },

    spans: (operations, callers) => {
      const owners = claimed(callers);
      const made = Array.from({ length: operations }, (_, i) => {
        const owner = owners[i % callers];
        return spanOf(owner?.rollout_id ?? "", owner?.attempt.attempt_id ?? "", i);
      });
      return repeat(operations, (i) => {
        const span = made[i];
        if (span === undefined) return;
        const key = `${span.rollout_id}/${span.attempt_id}/${span.span_id}`;
        if (spans.has(key)) return;
        // A store keeps a copy of its own, which it would otherwise share with its caller.
        spans.set(key, structuredClone(span));
        const tries = attempts.get(span.rollout_id);
        const attempt = tries?.[0];
        if (tries && attempt) {
          tries[0] = { ...attempt, status: "running", last_heartbeat_time: performance.now() };
        }
      });
    },

    "attempt-update": (operations) => {
      const updated = claimed(operations);
      return repeat(operations, (i) => {
        const { rollout_id = "" } = updated[i] ?? {};
        const rollout = rollouts.get(rollout_id);
        const attempt = attempts.get(rollout_id)?.[0];
        if (rollout === undefined || attempt === undefined) return;
        const end_time = performance.now() / 1000;
        rollouts.set(rollout_id, { ...rollout, status: "succeeded", end_time });
        attempts.set(rollout_id, [{ ...attempt, status: "succeeded", end_time }]);
        workers.set("Worker-0", { ...workers.get("Worker-0"), status: "idle" });
        return { ...attempt };
      });
    },
  };
};
