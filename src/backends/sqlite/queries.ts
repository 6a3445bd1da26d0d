/** Reading in SQLite: queries, and what is found by an id. */

import type { Backend } from "../../backend.ts";
import type { Selection } from "../../core/selection.ts";
import { isTerminal } from "../../core/status.ts";
import type { Attempt } from "../../model/attempt.ts";
import type {
  AttemptSortField,
  Page,
  ResourcesSortField,
  RolloutSortField,
  SpanSortField,
  WorkerSortField,
} from "../../model/query.ts";
import type { ResourcesUpdate } from "../../model/resources.ts";
import { type AttemptedRollout, type Rollout, RolloutStatus } from "../../model/rollout.ts";
import type { Span } from "../../model/span.ts";
import type { Worker } from "../../model/worker.ts";
import type { Records } from "./records.ts";
import {
  ATTEMPT_COLUMNS,
  type AttemptedRow,
  type AttemptRow,
  LATEST_COLUMNS,
  LATEST_JOIN,
  type Readers,
  RESOURCES_COLUMNS,
  ROLLOUT_COLUMNS,
  WORKER_COLUMNS,
} from "./rows.ts";
import { type Condition, isIn, pageOf, type Source } from "./selecting.ts";
import type { Prepare } from "./statements.ts";

/** Reads one partition. */
export interface Queries {
  readonly overdue: (now: number, limit: number) => readonly string[];
  readonly status: (rollout_id: string) => RolloutStatus | null;
  readonly rollout: (rollout_id: string) => Rollout | AttemptedRollout | null;
  readonly rollouts: (
    selection: Selection<RolloutSortField>,
  ) => Page<Rollout | AttemptedRollout>;
  readonly latestAttempt: (rollout_id: string) => Attempt | null;
  readonly attempts: (
    rollout_id: string,
    selection: Selection<AttemptSortField>,
  ) => Page<Attempt>;
  readonly spans: (
    rollout_id: string,
    attempt_id: string | null,
    selection: Selection<SpanSortField>,
  ) => Page<Span>;
  readonly workers: (selection: Selection<WorkerSortField>) => Page<Worker>;
  readonly resources: (selection: Selection<ResourcesSortField>) => Page<ResourcesUpdate>;
  readonly totals: () => Totals;
}

type Totals = Extract<
  Awaited<ReturnType<Backend["statistics"]>>,
  { readonly _tag: "Right" }
>["right"];

const ATTEMPTED = `rollout r LEFT JOIN payload p ON p.rollout = r.key ${LATEST_JOIN}`;

const ATTEMPTED_COLUMNS = `${ROLLOUT_COLUMNS}, p.input, p.metadata, ${LATEST_COLUMNS}`;

export const queries = (
  sql: Prepare,
  partition: number,
  readers: Readers,
  records: Pick<Records, "attempt">,
): Queries => {
  const selectOverdue = sql<{ readonly rollout_id: string }>(
    `SELECT rollout_id FROM rollout WHERE partition = ? AND deadline < ?
     ORDER BY deadline LIMIT +?`,
  );
  const selectStatus = sql<{ readonly status: RolloutStatus }>(
    "SELECT status FROM rollout WHERE partition = ? AND rollout_id = ?",
  );
  const selectKey = sql<{ readonly key: number; readonly latest_attempt: string | null }>(
    "SELECT key, latest_attempt FROM rollout WHERE partition = ? AND rollout_id = ?",
  );
  const selectRollout = sql<AttemptedRow>(
    `SELECT ${ATTEMPTED_COLUMNS} FROM ${ATTEMPTED} WHERE r.partition = ? AND r.rollout_id = ?`,
  );

  const rolloutSource: Source = {
    columns: ATTEMPTED_COLUMNS,
    from: ATTEMPTED,
    lookup: "rollout r",
    scope: "r.partition = ?",
    values: [partition],
    prefix: "r.",
    inserted: "r.key",
    part: ([, field]) => `a.${field}`,
    statusIn: rolloutStatusIn(partition),
  };

  const attemptSource = (rollout: number | null): Source => ({
    columns: ATTEMPT_COLUMNS,
    from: "attempt a",
    scope: "a.rollout = ?",
    values: [rollout],
    prefix: "a.",
    inserted: "a.sequence_id",
    constant: "rollout_id",
  });

  const spanSource = (rollout: number | null, attempt_id: string | null): Source => ({
    columns: "s.body",
    from: "span s",
    lookup: "span s",
    scope: attempt_id === null ? "s.rollout = ?" : "s.rollout = ? AND s.attempt_id = ?",
    values: attempt_id === null ? [rollout] : [rollout, attempt_id],
    prefix: "s.",
    inserted: "s.key",
    constant: "rollout_id",
    part: (path) => `s.body ->> '$.${path.join(".")}'`,
  });

  const ofPartition = (table: string, columns: string): Source => ({
    columns,
    from: table,
    scope: "partition = ?",
    values: [partition],
    prefix: "",
    inserted: "key",
  });

  const count = (from: string): number =>
    sql<{ readonly total: number }>(`SELECT count(*) AS total FROM ${from}`)
      .get(partition)?.total ?? 0;

  return {
    overdue: (now, limit) =>
      selectOverdue.all(partition, now, limit).map(({ rollout_id }) => rollout_id),
    status: (rollout_id) => selectStatus.get(partition, rollout_id)?.status ?? null,
    rollout: (rollout_id) => {
      const row = selectRollout.get(partition, rollout_id);
      return row ? readers.attempted(row) : null;
    },
    rollouts: (selection) => pageOf(sql, rolloutSource, selection, readers.attempted),
    latestAttempt: (rollout_id) => {
      const found = selectKey.get(partition, rollout_id);
      return found ? records.attempt(found.key, rollout_id, found.latest_attempt) : null;
    },
    attempts: (rollout_id, selection) => {
      const source = attemptSource(selectKey.get(partition, rollout_id)?.key ?? null);
      return pageOf(sql, source, selection, (row: AttemptRow) => readers.attempt(rollout_id, row));
    },
    spans: (rollout_id, attempt_id, selection) => {
      const found = selectKey.get(partition, rollout_id);
      const attempt = attempt_id === "latest" ? found?.latest_attempt ?? "latest" : attempt_id;
      return pageOf(sql, spanSource(found?.key ?? null, attempt), selection, readers.span);
    },
    workers: (selection) =>
      pageOf(sql, ofPartition("worker", WORKER_COLUMNS), selection, readers.worker),
    resources: (selection) =>
      pageOf(sql, ofPartition("resources", RESOURCES_COLUMNS), selection, readers.resources),
    totals: () => ({
      total_rollouts: count("rollout WHERE partition = ?"),
      total_attempts: count(`attempt t ${OF_ROLLOUT}`),
      total_spans: count(`span t ${OF_ROLLOUT}`),
      total_resources: count("resources WHERE partition = ?"),
      total_workers: count("worker WHERE partition = ?"),
    }),
  };
};

const OF_ROLLOUT = "JOIN rollout r ON r.key = t.rollout WHERE r.partition = ?";

/** Each half is served by an index of its own: what has ended has an end, what is open has none. */
const rolloutStatusIn = (partition: number) => (statuses: readonly string[]): Condition => {
  const isEnd = (status: string) => RolloutStatus.is(status) && isTerminal(status);
  const ended = isIn("status", statuses.filter(isEnd));
  const open = isIn("status", statuses.filter((status) => !isEnd(status)));
  const half = (end: string, { condition }: Condition) =>
    `SELECT key FROM rollout WHERE partition = ? AND end_time ${end} AND ${condition}`;
  return {
    condition: `r.key IN (${half("IS NOT NULL", ended)} UNION ALL ${half("IS NULL", open)})`,
    values: [partition, ...ended.values, partition, ...open.values],
  };
};
