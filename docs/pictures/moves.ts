/**
 * The moves of rollouts and their attempts, found by running the core's decisions on every state
 * that they lead to.
 */

import {
  claim,
  enqueue,
  expire,
  heartbeat,
  start,
  startAttempt,
  updateAttempt,
  updateRollout,
} from "../../src/core/lifecycle.ts";
import { applyChange, type Change, type RolloutRecord } from "../../src/core/record.ts";
import { isEnded, isQueued, OPEN_STATUSES, TERMINAL_STATUSES } from "../../src/core/status.ts";
import { EVENT_OF_STATUS } from "../../src/core/worker.ts";
import { E } from "../../src/deps/fp.ts";
import { AttemptStatus } from "../../src/model/attempt.ts";
import type { NotFound } from "../../src/model/errors.ts";
import type { NewRollout, RolloutStatus } from "../../src/model/rollout.ts";

/** What happens to a rollout. */
export type Event =
  | "enqueueRollout"
  | "startRollout"
  | "claim"
  | "span"
  | "report"
  | "watchdog"
  | "startAttempt"
  | "updateRollout";

/** What an event makes of a rollout and of its latest attempt. */
export interface Move {
  readonly event: Event;
  readonly before: Statuses | null;
  readonly after: Statuses;
}

/** Where a rollout and its latest attempt are in their lives; null where there is none. */
export interface Statuses {
  readonly rollout: RolloutStatus;
  readonly attempt: AttemptStatus | null;
}

/** All statuses of rollouts. */
export const ROLLOUT_STATUSES: readonly RolloutStatus[] = [...OPEN_STATUSES, ...TERMINAL_STATUSES];

/** All statuses of attempts. */
export const ATTEMPT_STATUSES = Object.keys(EVENT_OF_STATUS).filter(AttemptStatus.is);

/**
 * The moves that need no hand: from a new rollout on, whatever its config asks to be retried, with
 * runners that may be late but report the end of an attempt once.
 */
export const moves = (): readonly Move[] => subsetsOf(ATTEMPT_STATUSES).flatMap(movesUnder);

/** The moves by hand: a new attempt, and the end that only a hand brings. */
export const movesByHand = (): readonly Move[] =>
  ROLLOUT_STATUSES.flatMap((status) => {
    const queued = queuedRecord([]);
    const record = { ...queued, rollout: { ...queued.rollout, status } };
    const before = statusesOf(record);
    const move = (event: Event, decided: Decided): Move => ({
      event,
      before,
      after: statusesOf(applyChange(record, orThrow(decided))),
    });
    return [
      move("startAttempt", startAttempt(RO, birthOf(1))(record)),
      move("updateRollout", updateRollout(RO, { status: "cancelled" }, NOW)(record)),
    ];
  });

/** A rollout, and whether the runner of its latest attempt has reported an end. */
interface State {
  readonly record: RolloutRecord;
  readonly isReported: boolean;
}

interface Step {
  readonly event: Event;
  readonly state: State;
}

const RO = "ro-1";

/** Everything happens now, except that the watchdog looks later. */
const NOW = 0;
const SILENT = 10;
const TOO_LONG = 20;

const movesUnder = (retry_condition: readonly AttemptStatus[]): readonly Move[] => {
  const found: Move[] = [];
  const seen = new Set<string>();
  const visit = (before: State | null, steps: readonly Step[]): void => {
    for (const { event, state } of steps) {
      const from = before === null ? null : statusesOf(before.record);
      found.push({ event, before: from, after: statusesOf(state.record) });
      const key = keyOf(state);
      if (seen.has(key)) continue;
      seen.add(key);
      visit(state, stepsFrom(state));
    }
  };
  visit(null, births(retry_condition));
  return found;
};

const births = (retry_condition: readonly AttemptStatus[]): readonly Step[] => {
  const { rollout, attempt } = start(requestOf(retry_condition), RO, birthOf(0));
  const started = { rollout, attempts: 1, latest: attempt, attempt };
  return [
    {
      event: "enqueueRollout",
      state: { record: queuedRecord(retry_condition), isReported: false },
    },
    { event: "startRollout", state: { record: started, isReported: false } },
  ];
};

const stepsFrom = ({ record, isReported }: State): readonly Step[] => {
  const { rollout, attempts, latest } = record;
  const step = (event: Event, change: Change): Step => ({
    event,
    state: { record: applyChange(record, change), isReported: isReported || event === "report" },
  });
  const claims = isQueued(rollout.status)
    ? [
      {
        event: "claim",
        state: {
          record: applyChange(record, claim(RO, attempts, birthOf(attempts))),
          isReported: false,
        },
      } as const,
    ]
    : [];
  if (latest === null) return claims;
  const reports = isReported ? [] : ATTEMPT_STATUSES.filter(isEnded).map((status) => {
    const ended = updateAttempt(RO, latest.attempt_id, { status }, NOW)(record);
    return step("report", orThrow(ended));
  });
  const looks = [SILENT, TOO_LONG].map((later) => step("watchdog", expire(later)(record)));
  return [...claims, step("span", heartbeat(NOW)(record)), ...reports, ...looks];
};

const statusesOf = ({ rollout, latest }: RolloutRecord): Statuses => ({
  rollout: rollout.status,
  attempt: latest?.status ?? null,
});

const keyOf = ({ record, isReported }: State): string =>
  JSON.stringify([statusesOf(record), record.attempts, isReported]);

const requestOf = (retry_condition: readonly AttemptStatus[]): NewRollout => ({
  input: null,
  mode: null,
  resources_id: null,
  config: { timeout_seconds: 15, unresponsive_seconds: 5, max_attempts: 2, retry_condition },
  metadata: {},
});

const queuedRecord = (retry_condition: readonly AttemptStatus[]): RolloutRecord => ({
  rollout: enqueue(requestOf(retry_condition), RO, NOW).rollout,
  attempts: 0,
  latest: null,
  attempt: null,
});

const birthOf = (earlier: number) => ({
  attempt_id: `at-${earlier + 1}`,
  worker_id: null,
  now: NOW,
});

type Decided = E.Either<NotFound, Change>;

/** Nothing is asked for that is not there. */
const orThrow = (decided: Decided): Change => {
  if (E.isLeft(decided)) throw new Error(decided.left.message);
  return decided.right;
};

const subsetsOf = <A>(items: readonly A[]): readonly (readonly A[])[] =>
  items.reduce<readonly (readonly A[])[]>(
    (subsets, item) => [...subsets, ...subsets.map((subset) => [...subset, item])],
    [[]],
  );
