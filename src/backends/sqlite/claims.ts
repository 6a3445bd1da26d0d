/** Claims in SQLite. */

import type { ClaimRequest } from "../../backend.ts";
import { claim } from "../../core/lifecycle.ts";
import { isQueued, QUEUE_STATUSES } from "../../core/status.ts";
import { effectsOfClaim, type WorkerEffect } from "../../core/worker.ts";
import type { AttemptedRollout } from "../../model/rollout.ts";
import type { Records } from "./records.ts";
import {
  type PayloadRow,
  type Readers,
  ROLLOUT_COLUMNS,
  type RolloutRow,
  rolloutStateOf,
} from "./rows.ts";
import type { Prepare } from "./statements.ts";

/** How many heads of the queue are fetched in one go. */
const HEADS = 512;

/** `+?`: a bare parameter as limit makes SQLite prepare the statement anew at each run. */
const HEADS_SQL = `SELECT ${ROLLOUT_COLUMNS}, p.input, p.metadata
  FROM rollout r CROSS JOIN payload p ON p.rollout = r.key
  WHERE r.partition = ? AND r.place IS NOT NULL ORDER BY r.place LIMIT +?`;

type Head = RolloutRow & PayloadRow;

/** Drops the stale entries before the first that is not, in one go: there may be very many; 9e999 is infinity. */
const DROP_STALE_SQL = `UPDATE rollout SET place = NULL
  WHERE partition = ? AND place IS NOT NULL AND place < ifnull(
    (SELECT place FROM rollout
     WHERE partition = ? AND place IS NOT NULL
       AND status IN (${QUEUE_STATUSES.map((status) => `'${status}'`)})
     ORDER BY place LIMIT 1), 9e999)`;

/** Claims for many callers, in the caller's transaction. */
export const claims = (
  sql: Prepare,
  partition: number,
  readers: Pick<Readers, "payload">,
  records: Pick<Records, "carryOut">,
  affect: (effect: WorkerEffect) => void,
) => {
  const selectHeads = sql<Head>(HEADS_SQL);
  const dropEntry = sql("UPDATE rollout SET place = NULL WHERE key = ?");
  const dropStale = sql(DROP_STALE_SQL);

  /** Heads of the queue, of which one at least is to be claimed. */
  const heads = (limit: number): readonly Head[] => {
    const fetched = selectHeads.all(partition, limit);
    if (fetched.length === 0 || fetched.some(({ status }) => isQueued(status))) return fetched;
    dropStale.run(partition, partition);
    return selectHeads.all(partition, limit);
  };

  /** Rollouts from the head of the queue on, fetched in as few goes as `wanted` of them need. */
  const line = (wanted: number): () => Head | undefined => {
    const limit = Math.min(wanted, HEADS);
    let fetched: readonly Head[] = [];
    let next = 0;
    let isLast = false;
    return () => {
      if (next === fetched.length && !isLast) {
        fetched = heads(limit);
        next = 0;
        isLast = fetched.length < limit;
      }
      return fetched[next++];
    };
  };

  /** Claims the rollout at the head; null for a stale entry, which is dropped. */
  const claimHead = (
    row: Head,
    { worker_id, now, attemptId }: ClaimRequest,
  ): AttemptedRollout | null => {
    if (!isQueued(row.status)) {
      dropEntry.run(row.key);
      return null;
    }
    const rollout = rolloutStateOf(row);
    const { attempts } = row;
    const change = claim(row.rollout_id, attempts, { attempt_id: attemptId(), worker_id, now });
    // A claim reads no attempt of the record.
    const record = { rollout, attempts, latest: null, attempt: null };
    records.carryOut({ row, record }, change, now);
    return {
      ...rollout,
      ...readers.payload(row),
      ...change.rollout,
      attempt: change.attempt.append,
    };
  };

  const claimUpTo = (
    request: ClaimRequest,
    nextInLine: () => Head | undefined,
  ): readonly AttemptedRollout[] => {
    const claimed: AttemptedRollout[] = [];
    while (claimed.length < request.limit) {
      const row = nextInLine();
      if (row === undefined) break;
      const rollout = claimHead(row, request);
      if (rollout !== null) claimed.push(rollout);
    }
    effectsOfClaim(request.worker_id, claimed, request.now).forEach(affect);
    return claimed;
  };

  return (requests: readonly ClaimRequest[]): readonly (readonly AttemptedRollout[])[] => {
    const nextInLine = line(requests.reduce((sum, { limit }) => sum + limit, 0));
    return requests.map((request) => claimUpTo(request, nextInLine));
  };
};
