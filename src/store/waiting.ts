/** Waiting for rollouts to finish. Contract section 5. */

import type { Backend } from "../backend.ts";
import { isTerminal } from "../core/status.ts";
import { E } from "../deps/fp.ts";
import { aborted, type StoreError } from "../model/errors.ts";
import type { AttemptedRollout, Rollout } from "../model/rollout.ts";
import { atEnd } from "./at_end.ts";
import { doorbell } from "./doorbell.ts";
import { type Hub, look } from "./hub.ts";

/** Waits for rollouts. */
export const waiter = (
  { backend, hub }: {
    readonly backend: Pick<Backend, "statuses" | "rollouts">;
    readonly hub: Hub;
  },
) =>
async (
  { rollout_ids, timeout }: {
    readonly rollout_ids: readonly string[];
    readonly timeout: number | null;
  },
  signal: AbortSignal | undefined,
): Promise<E.Either<StoreError, readonly Rollout[]>> => {
  const end = timeout === null ? Infinity : performance.now() + timeout * 1000;
  /** Those that had not finished when somebody last looked, or told. */
  const open = new Set(rollout_ids);
  /** Whether nobody else looks at them. */
  let isAlone = false;
  const bell = doorbell();

  const finished = (rollout_id: string): void => {
    open.delete(rollout_id);
    listening.drop(rollout_id);
    if (open.size === 0) bell.ring();
  };

  const listening = hub.listen({
    finished,
    alone: () => {
      isAlone = true;
      bell.ring();
    },
  });
  const leave = atEnd(signal, bell.ring);

  try {
    listening.to(open);
    for (let asked = [...open];;) {
      if (signal?.aborted) return E.left(aborted(signal.reason));
      const looked = await look(backend, asked, finished);
      if (E.isLeft(looked)) return looked;
      const left = end - performance.now();
      if (open.size === 0 || left <= 0) {
        const found = await backend.rollouts(rollout_ids);
        if (E.isLeft(found)) return found;
        const known = found.right.filter((rollout) => rollout !== null);
        const reopened = known.filter(({ status }) => !isTerminal(status));
        if (reopened.length === 0 || left <= 0) {
          return E.right(known.filter(({ status }) => isTerminal(status)).map(withoutAttempt));
        }
        asked = reopened.map(({ rollout_id }) => rollout_id);
        for (const id of asked) open.add(id);
        listening.to(asked);
        // They may have finished before anybody listened.
        continue;
      }
      listening.hearOthers();
      await bell.wait(left);
      asked = isAlone ? [...open] : [];
      isAlone = false;
    }
  } finally {
    for (const id of [...open]) listening.drop(id);
    leave();
  }
};

/** The plain rollout, which has no `attempt` key at all. */
const withoutAttempt = (rollout: Rollout | AttemptedRollout): Rollout => {
  if (!("attempt" in rollout)) return rollout;
  const { attempt: _, ...plain } = rollout;
  return plain;
};
