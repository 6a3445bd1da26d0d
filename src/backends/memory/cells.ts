/** Rollouts and their attempts in memory, with the queue and the indexes over them. */

import type { Changed, ChangeRequest, ClaimRequest, PortError, Taken } from "../../backend.ts";
import { DRAWS } from "../../core/ids.ts";
import { claim, heartbeat } from "../../core/lifecycle.ts";
import {
  type CarriedChange,
  type Change,
  type NewRecord,
  type RolloutRecord,
  withResources,
} from "../../core/record.ts";
import { select } from "../../core/select.ts";
import type { Criterion, Selection } from "../../core/selection.ts";
import { isQueued } from "../../core/status.ts";
import { deadlineOf, rearm } from "../../core/watchdog.ts";
import { effectsOfClaim, type WorkerEffect } from "../../core/worker.ts";
import { E } from "../../deps/fp.ts";
import type { Attempt } from "../../model/attempt.ts";
import { rolloutNotFound } from "../../model/errors.ts";
import type { Page, RolloutSortField } from "../../model/query.ts";
import { type AttemptedRollout, type Rollout, RolloutStatus } from "../../model/rollout.ts";
import { type Armed, deadlines } from "./deadlines.ts";
import type { Keeping } from "./keeping.ts";
import { queue, type Queued } from "./queue.ts";
import { type Listed, roster } from "./roster.ts";

/** A rollout's cell. The records in it are never written to, but replaced as a whole. */
interface Cell extends Armed, Queued, Listed<Cell> {
  rollout: Rollout;
  /** By `sequence_id`; the shared `NONE` until there is one. */
  attempts: Attempt[];
  /** The order of insertion. */
  readonly ordinal: number;
}

/** Holds rollouts and their attempts; each function is one synchronous step. */
export interface Cells {
  readonly insert: (
    records: readonly NewRecord[],
    latestResources: string | null,
  ) => E.Either<Taken, string | null>;
  readonly claim: (request: ClaimRequest) => E.Either<Taken, readonly AttemptedRollout[]>;
  readonly change: (request: ChangeRequest) => E.Either<PortError, Changed>;
  /** A span was stored for an attempt. */
  readonly heartbeat: (rollout_id: string, attempt_id: string, now: number) => void;
  readonly overdue: (now: number, limit: number) => readonly string[];
  /** A rollout as it is, without attempt. */
  readonly rollout: (rollout_id: string) => Rollout | undefined;
  /** A rollout with its latest attempt if it has one. */
  readonly attempted: (rollout_id: string) => Rollout | AttemptedRollout | null;
  readonly query: (selection: Selection<RolloutSortField>) => Page<Rollout | AttemptedRollout>;
  /** An attempt by its id, or the `latest`. */
  readonly attempt: (rollout_id: string, attempt_id: string) => Attempt | null;
  /** The attempts of a rollout by `sequence_id`. */
  readonly attempts: (rollout_id: string) => readonly Attempt[];
  readonly totals: () => { readonly rollouts: number; readonly attempts: number };
}

/** No attempts. It is never written to. */
const NONE: Attempt[] = [];

export const cells = (
  { kept, closed, replaced }: Keeping,
  affect: (effect: WorkerEffect) => void,
): Cells => {
  const byId = new Map<string, Cell>();
  const byStatus = roster<Cell, RolloutStatus>();
  const waiting = queue<Cell>();
  const watched = deadlines<Cell>();
  let attempts = 0;

  const setRollout = (cell: Cell, fields: NonNullable<Change["rollout"]>): void => {
    const before = cell.rollout.status;
    cell.rollout = replaced(cell.rollout, fields);
    if (cell.rollout.status !== before) byStatus.move(cell, before, cell.rollout.status);
  };

  const setAttempt = (
    cell: Cell,
    addressed: Attempt | null,
    attempt: NonNullable<Change["attempt"]>,
  ): void => {
    if ("append" in attempt) {
      const appended = closed(attempt.append);
      // An array of one takes a seventh of the memory that the first push to an empty one does.
      if (cell.attempts === NONE) cell.attempts = [appended];
      else cell.attempts.push(appended);
      attempts += 1;
    } else if (addressed !== null) {
      cell.attempts[addressed.sequence_id - 1] = replaced(addressed, attempt.set);
    }
  };

  const arm = (cell: Cell, now: number): void => {
    const { rollout, attempts } = cell;
    const deadline = deadlineOf({ rollout, latest: attempts.at(-1) ?? null });
    watched.arm(cell, rearm(cell.deadline, deadline, now));
  };

  const carryOut = (
    cell: Cell,
    addressed: Attempt | null,
    change: CarriedChange,
    now: number,
  ): void => {
    if (change.rollout !== undefined) setRollout(cell, change.rollout);
    if (change.attempt !== undefined) setAttempt(cell, addressed, change.attempt);
    if (change.queue === "enter") waiting.enter(cell);
    change.workers?.forEach(affect);
    arm(cell, now);
  };

  /** How many stale entries are at the head. */
  const staleAhead = (): number => {
    let ahead = 0;
    for (let cell = waiting.at(0); cell !== undefined && !isQueued(cell.rollout.status);) {
      cell = waiting.at(++ahead);
    }
    return ahead;
  };

  const claimNext = (
    { worker_id, now, attemptId }: ClaimRequest,
  ): E.Either<Taken, AttemptedRollout> | null => {
    const stale = staleAhead();
    const cell = waiting.at(stale);
    if (cell === undefined) {
      waiting.leave(stale);
      return null;
    }
    const attempt_id = attemptId();
    if (hasAttempt(cell, attempt_id)) return E.left({ _tag: "Taken", id: attempt_id });
    const change = claim(cell.rollout.rollout_id, cell.attempts.length, {
      attempt_id,
      worker_id,
      now,
    });
    waiting.leave(stale + 1);
    carryOut(cell, null, change, now);
    return E.right(withAttempt(cell.rollout, change.attempt.append));
  };

  /** Only the cells that the selection can match, where an index tells. */
  const candidates = ({ logic, criteria }: Selection<RolloutSortField>): Iterable<Cell> => {
    const narrow = logic === "and" || criteria.length === 1 ? criteria.find(isIndexed) : undefined;
    if (narrow === undefined) return byId.values();
    const found = [...new Set(narrow.value)].flatMap((value) => [
      ...narrow.field !== "status"
        ? cellsOf(value)
        : RolloutStatus.is(value)
        ? byStatus.of(value)
        : [],
    ]);
    return found.sort((a, b) => a.ordinal - b.ordinal);
  };

  const cellsOf = (rollout_id: string): readonly Cell[] => {
    const cell = byId.get(rollout_id);
    return cell === undefined ? [] : [cell];
  };

  const attempted = (rollout_id: string): Rollout | AttemptedRollout | null => {
    const cell = byId.get(rollout_id);
    return cell === undefined ? null : attemptedOf(cell);
  };

  return {
    insert: (records, latestResources) => {
      const ids = new Set<string>();
      for (const { rollout: { rollout_id } } of records) {
        if (byId.has(rollout_id) || ids.has(rollout_id)) {
          return E.left({ _tag: "Taken", id: rollout_id });
        }
        ids.add(rollout_id);
      }
      for (const { rollout, attempt, queued, workers } of records) {
        const cell: Cell = {
          rollout: kept(withResources(rollout, latestResources)),
          attempts: NONE,
          ordinal: byId.size,
          queued: false,
          deadline: null,
          before: null,
          after: null,
        };
        byId.set(rollout.rollout_id, cell);
        byStatus.enter(cell, rollout.status);
        if (attempt !== null) setAttempt(cell, null, { append: attempt });
        if (queued) waiting.enter(cell);
        workers.forEach(affect);
        arm(cell, rollout.start_time);
      }
      return E.right(latestResources);
    },

    claim: (request) => {
      const claimed: AttemptedRollout[] = [];
      // What is claimed is the caller's, also when no id can be had for the rest, which stays queued.
      try {
        for (let taken = 0; claimed.length < request.limit && taken < DRAWS;) {
          const next = claimNext(request);
          if (next === null) break;
          if (E.isRight(next)) claimed.push(next.right);
          // The store draws again for a claim of nothing; a claim under way draws again itself.
          else if (claimed.length === 0) return next;
          else taken += 1;
        }
      } catch (cause) {
        if (claimed.length === 0) throw cause;
      }
      effectsOfClaim(request.worker_id, claimed, request.now).forEach(affect);
      return E.right(claimed);
    },

    change: ({ rollout_id, attempt_id, now, decide, payload }) => {
      const cell = byId.get(rollout_id);
      const record = cell === undefined ? null : recordOf(cell, attempt_id);
      const decision = decide(record);
      if (E.isLeft(decision)) return decision;
      if (cell === undefined || record === null) return E.left(rolloutNotFound(rollout_id));
      const change = decision.right;
      if (change.attempt !== undefined && "append" in change.attempt) {
        const id = change.attempt.append.attempt_id;
        if (hasAttempt(cell, id)) return E.left({ _tag: "Taken", id });
      }
      carryOut(cell, record.attempt, change, now);
      return E.right({
        record: recordOf(cell, attempt_id),
        change,
        payload: payload ? cell.rollout : null,
      });
    },

    heartbeat: (rollout_id, attempt_id, now) => {
      const cell = byId.get(rollout_id);
      if (cell === undefined) return;
      const record = recordOf(cell, attempt_id);
      carryOut(cell, record.attempt, heartbeat(now)(record), now);
    },

    overdue: (now, limit) => watched.overdue(now, limit).map(({ rollout }) => rollout.rollout_id),
    rollout: (rollout_id) => byId.get(rollout_id)?.rollout,
    attempted,
    query: (selection) => {
      const found = [...candidates(selection)];
      // Few orders need what few pages hold.
      const page = select(
        readsAttempt(selection) ? found.map(attemptedOf) : found.map(({ rollout }) => rollout),
        selection,
      );
      return {
        ...page,
        items: page.items.map((rollout) => attempted(rollout.rollout_id) ?? rollout),
      };
    },
    attempt: (rollout_id, attempt_id) => {
      const cell = byId.get(rollout_id);
      return cell === undefined ? null : addressed(cell, attempt_id);
    },
    attempts: (rollout_id) => byId.get(rollout_id)?.attempts ?? [],
    totals: () => ({ rollouts: byId.size, attempts }),
  };
};

const recordOf = (cell: Cell, attempt_id: string | null): RolloutRecord => ({
  rollout: cell.rollout,
  attempts: cell.attempts.length,
  latest: cell.attempts.at(-1) ?? null,
  attempt: attempt_id === null ? null : addressed(cell, attempt_id),
});

/** Searched from the latest backwards, where almost every command finds its attempt. */
const addressed = ({ attempts }: Cell, id: string): Attempt | null =>
  (id === "latest" ? attempts.at(-1) : attempts.findLast(({ attempt_id }) => attempt_id === id)) ??
    null;

const hasAttempt = ({ attempts }: Cell, id: string): boolean =>
  attempts.some(({ attempt_id }) => attempt_id === id);

const attemptedOf = ({ rollout, attempts }: Cell): Rollout | AttemptedRollout => {
  const latest = attempts.at(-1);
  return latest === undefined ? rollout : withAttempt(rollout, latest);
};

const withAttempt = (rollout: Rollout, attempt: Attempt): AttemptedRollout => ({
  ...rollout,
  attempt,
});

const readsAttempt = ({ order }: Selection<RolloutSortField>): boolean =>
  order !== null && "path" in order.value && order.value.path[0] === "attempt";

type Indexed = Extract<Criterion<RolloutSortField>, { readonly test: "in" }>;

const isIndexed = (criterion: Criterion<RolloutSortField>): criterion is Indexed =>
  criterion.test === "in" && (criterion.field === "status" || criterion.field === "rollout_id");
