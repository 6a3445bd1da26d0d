/** The SQLite backend: each batch is one transaction on a file that several processes may open. */

import type {
  Answer,
  Backend,
  Batch,
  Changed,
  ChangeRequest,
  ClaimRequest,
  PortError,
  ResourcesRequest,
} from "../../backend.ts";
import { claim } from "../../core/lifecycle.ts";
import { isQueued } from "../../core/status.ts";
import { nextVersion } from "../../core/versions.ts";
import { effectOfClaim } from "../../core/worker.ts";
import { E, type TE } from "../../deps/fp.ts";
import {
  backendError,
  type BackendFailure,
  invalidArgument,
  rolloutNotFound,
  type StoreError,
} from "../../model/errors.ts";
import type { ResourcesUpdate } from "../../model/resources.ts";
import type { AttemptedRollout, RolloutStatus } from "../../model/rollout.ts";
import { openNodeSqlite, type SqliteDriver } from "./driver.ts";
import { records, TakenId } from "./records.ts";
import {
  ATTEMPT_COLUMNS,
  attemptedOf,
  type AttemptedRow,
  attemptOf,
  type AttemptRow,
  LATEST_COLUMNS,
  type PayloadRow,
  RESOURCES_COLUMNS,
  resourcesOf,
  type ResourcesRow,
  ROLLOUT_COLUMNS,
  rolloutOf,
  type RolloutRow,
  rolloutStateOf,
  spanOf,
  WORKER_COLUMNS,
  workerOf,
} from "./rows.ts";
import { migrate, partitionKey } from "./schema.ts";
import { pageOf } from "./selecting.ts";
import { spans } from "./spans.ts";
import { type Statements, statements } from "./statements.ts";
import { workers } from "./workers.ts";

/** Options of {@linkcode sqlite}. */
export interface SqliteOptions {
  /** The file, which is made if it is missing, or `:memory:`. */
  readonly path?: string;
  /** An engine that is open already, instead of a path. */
  readonly driver?: SqliteDriver;
  /** Whether others may write to the database of `driver`. Default: true. */
  readonly shared?: boolean;
  /**
   * `normal`: an acknowledged write survives a crash of the process. `full`: also a crash of the
   * machine, for one disk flush a transaction. Default: `normal`. Only with `path`.
   */
  readonly durability?: "normal" | "full";
  /** How long to wait for another process's write lock, in seconds. Default: 5. Only with `path`. */
  readonly busyTimeoutSeconds?: number;
  /** Stores of different partitions share a file and nothing else. Default: `default`. */
  readonly partition?: string;
}

/**
 * Opens a backend on an SQLite file.
 *
 * It answers `Unsupported` where there is no engine (an edge runtime, a browser), `InvalidArgument`
 * for an option that cannot be used, and `Backend` for a file that cannot be opened or that a newer
 * version wrote.
 *
 * @example
 * ```ts
 * import { createStore, sqlite } from "@lightning/store";
 *
 * const opened = await sqlite({ path: ":memory:" })();
 * if (opened._tag === "Right") {
 *   const store = createStore(opened.right);
 *   await store.enqueueRollout({ input: "2 + 2" })();
 *   await store.close()();
 * }
 * ```
 */
export const sqlite = (options: SqliteOptions): TE.TaskEither<StoreError, Backend> => async () => {
  const checked = check(options);
  if (E.isLeft(checked)) return checked;
  const { path, driver, partition, shared, ...tuning } = checked.right;
  const opened = driver === undefined
    ? await openNodeSqlite({ path, ...tuning })()
    : E.right(driver);
  if (E.isLeft(opened)) return opened;
  try {
    return backendOn(opened.right, partition, driver === undefined ? path !== ":memory:" : shared);
  } catch (cause) {
    if (driver === undefined) opened.right.close();
    return E.left(backendError(`Cannot use the SQLite database ${path}`, cause));
  }
};

const check = (
  {
    path,
    driver,
    shared = true,
    durability = "normal",
    busyTimeoutSeconds = 5,
    partition = "default",
  }: SqliteOptions,
) => {
  if ((path === undefined) === (driver === undefined)) {
    return E.left(invalidArgument("path", "expected either a path or a driver"));
  }
  if (path !== undefined && (typeof path !== "string" || path === "" || path.includes("\0"))) {
    return E.left(invalidArgument("path", `expected a file's path, got ${JSON.stringify(path)}`));
  }
  if (durability !== "normal" && durability !== "full") {
    return E.left(
      invalidArgument(
        "durability",
        `expected "normal" or "full", got ${JSON.stringify(durability)}`,
      ),
    );
  }
  if (!(busyTimeoutSeconds >= 0 && busyTimeoutSeconds <= 86_400)) {
    return E.left(
      invalidArgument(
        "busyTimeoutSeconds",
        `expected seconds from 0 to 86,400, got ${busyTimeoutSeconds}`,
      ),
    );
  }
  return E.right({ path: path ?? "", driver, shared, durability, busyTimeoutSeconds, partition });
};

/** How many heads of the queue a claim looks at in one go. */
const HEADS = 512;

const backendOn = (
  driver: SqliteDriver,
  partitionName: string,
  shared: boolean,
): E.Either<StoreError, Backend> => {
  const sql = statements(driver);
  const atomically = driver.transaction?.bind(driver) ?? beginAndCommit(sql);
  const migrated = atomically(() => migrate(driver));
  if (E.isLeft(migrated)) return migrated;
  const partition = atomically(() => partitionKey(driver, partitionName));
  const crew = workers(sql, partition);
  const rollouts = records(sql, partition, crew.affect);
  const traces = spans(sql, partition, rollouts);
  let closed = false;

  const guarded = <L, A>(step: () => E.Either<L, A>): E.Either<L | BackendFailure, A> => {
    if (closed) return E.left(backendError("The store is closed", null));
    try {
      return step();
    } catch (cause) {
      return E.left(backendError("SQLite failed", cause));
    }
  };

  const answer = <A>(read: () => E.Either<StoreError, A>): Answer<A> =>
    Promise.resolve(guarded(read));

  const read = <A>(value: () => A): Answer<A> => answer(() => E.right(value()));

  /**
   * Items in one transaction. An id that is taken undoes it; each item then gets a transaction of
   * its own, so that only the one that brought the id fails.
   */
  const transactional = <I, A>(
    steps: (items: readonly I[]) => readonly E.Either<PortError, A>[],
  ): Batch<I, A> => {
    const together = (items: readonly I[]): readonly E.Either<PortError, A>[] => {
      const outcome = guarded<PortError, readonly E.Either<PortError, A>[]>(() => {
        try {
          return E.right(atomically(() => steps(items)));
        } catch (cause) {
          if (cause instanceof TakenId) return E.left({ _tag: "Taken", id: cause.id });
          throw cause;
        }
      });
      if (E.isRight(outcome)) return outcome.right;
      return outcome.left._tag === "Taken" && items.length > 1
        ? items.flatMap((item) => together([item]))
        : items.map(() => outcome);
    };
    return (items) => Promise.resolve(together(items));
  };

  const each = <I, A>(step: (item: I) => E.Either<PortError, A>): Batch<I, A> =>
    transactional((items) => items.map(step));

  const heads = (limit: number) =>
    sql.all<RolloutRow & PayloadRow>(
      `SELECT ${ROLLOUT_COLUMNS}, p.input, p.metadata
       FROM rollout r CROSS JOIN payload p ON p.rollout = r.key
       WHERE r.partition = ? AND r.place IS NOT NULL ORDER BY r.place LIMIT ?`,
      partition,
      limit,
    );

  const claimUpTo = (request: ClaimRequest): readonly AttemptedRollout[] => {
    const claimed: AttemptedRollout[] = [];
    while (claimed.length < request.limit) {
      const wanted = Math.min(request.limit - claimed.length, HEADS);
      const found = heads(wanted);
      for (const row of found) {
        const attempt = claimHead(row, request);
        if (attempt !== null) claimed.push({ ...rolloutOf(row), status: "preparing", attempt });
      }
      if (found.length < wanted) break;
    }
    effectOfClaim(request.worker_id, claimed, request.now).forEach(crew.affect);
    return claimed;
  };

  /** Claims the rollout at the head; null for a stale entry, which is dropped. */
  const claimHead = (row: RolloutRow, { worker_id, now, attemptId }: ClaimRequest) => {
    if (!isQueued(row.status)) {
      sql.run("UPDATE rollout SET place = NULL WHERE key = ?", row.key);
      return null;
    }
    const change = claim(row.rollout_id, row.attempts, { attempt_id: attemptId(), worker_id, now });
    // A claim reads neither attempt of the record.
    const record = {
      rollout: rolloutStateOf(row),
      attempts: row.attempts,
      latest: null,
      attempt: null,
    };
    rollouts.carryOut({ row, record }, change, now);
    return change.attempt.append;
  };

  const change = (
    { rollout_id, attempt_id, now, decide, payload }: ChangeRequest,
  ): E.Either<StoreError, Changed> => {
    const stored = rollouts.load(rollout_id, attempt_id);
    const decision = decide(stored?.record ?? null);
    if (E.isLeft(decision)) return decision;
    if (stored === null) return E.left(rolloutNotFound(rollout_id));
    const record = rollouts.carryOut(stored, decision.right, now);
    return E.right({
      record,
      change: decision.right,
      payload: payload ? rollouts.payload(stored.row.key) : null,
    });
  };

  const putResources = (request: ResourcesRequest): E.Either<PortError, ResourcesUpdate> => {
    const { resources_id, fresh } = request;
    const known = resourcesBy("resources_id = ?", resources_id);
    if (known !== null && fresh) return E.left({ _tag: "Taken", id: resources_id });
    const next = nextVersion(known, request);
    sql.run(
      `INSERT INTO resources (partition, resources_id, create_time, update_time, version, written,
         resources)
       VALUES (?1, ?2, ?3, ?4, ?5,
         (SELECT coalesce(max(written), 0) + 1 FROM resources WHERE partition = ?1), ?6)
       ON CONFLICT (partition, resources_id) DO UPDATE SET update_time = excluded.update_time,
         version = excluded.version, written = excluded.written, resources = excluded.resources`,
      partition,
      resources_id,
      next.create_time,
      next.update_time,
      next.version,
      JSON.stringify(next.resources),
    );
    return E.right(next);
  };

  const resourcesBy = (condition: string, ...values: readonly string[]): ResourcesUpdate | null => {
    const row = sql.get<ResourcesRow>(
      `SELECT ${RESOURCES_COLUMNS} FROM resources WHERE partition = ? AND ${condition}`,
      partition,
      ...values,
    );
    return row === undefined ? null : resourcesOf(row);
  };

  /** The one that was written last: places in `written` only grow. */
  const LATEST = "written = (SELECT max(written) FROM resources WHERE partition = ?1)";

  const keyOf = (rollout_id: string) =>
    sql.get<{ key: number; latest_attempt: string | null }>(
      "SELECT key, latest_attempt FROM rollout WHERE partition = ? AND rollout_id = ?",
      partition,
      rollout_id,
    );

  const attempted = `rollout r LEFT JOIN payload p ON p.rollout = r.key
    LEFT JOIN attempt a ON a.rollout = r.key AND a.attempt_id = r.latest_attempt`;
  const attemptedColumns = `${ROLLOUT_COLUMNS}, p.input, p.metadata, ${LATEST_COLUMNS}`;

  const count = (table: string): number =>
    sql.get<{ total: number }>(
      `SELECT count(*) AS total FROM ${table}`,
      partition,
    )?.total ?? 0;
  const ofPartition = "JOIN rollout r ON r.key = t.rollout WHERE r.partition = ?";

  return E.right({
    name: "SqliteLightningStore",
    capabilities: { thread_safe: true, async_safe: true, zero_copy: true, otlp_traces: false },
    shared,

    insert: each((batch) => {
      batch.forEach(rollouts.insert);
      return E.right(undefined);
    }),
    claim: each((request) => E.right(claimUpTo(request))),
    change: each(change),
    addSpans: transactional(traces.add),
    allocate: each((rollout_ids) => E.right(traces.allocate(rollout_ids))),
    affect: each((effect) => E.right(crew.affect(effect))),
    putResources: each(putResources),

    overdue: (now, limit) =>
      read(() =>
        sql.all<{ rollout_id: string }>(
          `SELECT rollout_id FROM rollout WHERE partition = ? AND deadline < ?
           ORDER BY deadline LIMIT ?`,
          partition,
          now,
          limit,
        ).map(({ rollout_id }) => rollout_id)
      ),
    statuses: (ids) =>
      read(() =>
        ids.map((id) =>
          sql.get<{ status: RolloutStatus }>(
            "SELECT status FROM rollout WHERE partition = ? AND rollout_id = ?",
            partition,
            id,
          )?.status ?? null
        )
      ),
    rollouts: (ids) =>
      read(() =>
        ids.map((id) => {
          const row = sql.get<AttemptedRow>(
            `SELECT ${attemptedColumns} FROM ${attempted}
             WHERE r.partition = ? AND r.rollout_id = ?`,
            partition,
            id,
          );
          return row === undefined ? null : attemptedOf(row);
        })
      ),
    queryRollouts: (selection) =>
      read(() =>
        pageOf(
          sql,
          {
            columns: attemptedColumns,
            from: attempted,
            scope: "r.partition = ?",
            values: [partition],
            prefix: "r.",
            inserted: "r.key",
          },
          selection,
          attemptedOf,
        )
      ),
    latestAttempt: (rollout_id) =>
      read(() => {
        const found = keyOf(rollout_id);
        return found === undefined
          ? null
          : rollouts.attempt(found.key, rollout_id, found.latest_attempt);
      }),
    queryAttempts: (rollout_id, selection) =>
      read(() =>
        pageOf(
          sql,
          {
            columns: ATTEMPT_COLUMNS,
            from: "attempt a",
            scope: "a.rollout = ?",
            values: [keyOf(rollout_id)?.key ?? null],
            prefix: "a.",
            inserted: "a.sequence_id",
          },
          selection,
          (row: AttemptRow) => attemptOf(rollout_id, row),
        )
      ),
    querySpans: (rollout_id, attempt_id, selection) =>
      read(() => {
        const found = keyOf(rollout_id);
        const attempt = attempt_id === "latest" ? found?.latest_attempt ?? "latest" : attempt_id;
        return pageOf(
          sql,
          {
            columns: "s.body",
            from: "span s",
            scope: attempt === null ? "s.rollout = ?" : "s.rollout = ? AND s.attempt_id = ?",
            values: [found?.key ?? null, ...attempt === null ? [] : [attempt]],
            prefix: "s.",
            inserted: "s.key",
          },
          selection,
          spanOf,
        );
      }),
    worker: (worker_id) => read(() => crew.find(worker_id)),
    queryWorkers: (selection) =>
      read(() =>
        pageOf(
          sql,
          {
            columns: WORKER_COLUMNS,
            from: "worker",
            scope: "partition = ?",
            values: [partition],
            prefix: "",
            inserted: "key",
          },
          selection,
          workerOf,
        )
      ),
    resources: (resources_id) => read(() => resourcesBy("resources_id = ?", resources_id)),
    latestResources: () => read(() => resourcesBy(LATEST)),
    latestResourcesId: () =>
      read(() =>
        sql.get<{ resources_id: string }>(
          "SELECT resources_id FROM resources WHERE partition = ? ORDER BY written DESC LIMIT 1",
          partition,
        )?.resources_id ?? null
      ),
    queryResources: (selection) =>
      read(() =>
        pageOf(
          sql,
          {
            columns: RESOURCES_COLUMNS,
            from: "resources",
            scope: "partition = ?",
            values: [partition],
            prefix: "",
            inserted: "key",
          },
          selection,
          resourcesOf,
        )
      ),
    statistics: () =>
      read(() => ({
        total_rollouts: count("rollout WHERE partition = ?"),
        total_attempts: count(`attempt t ${ofPartition}`),
        total_spans: count(`span t ${ofPartition}`),
        total_resources: count("resources WHERE partition = ?"),
        total_workers: count("worker WHERE partition = ?"),
      })),
    close: () =>
      answer(() => {
        closed = true;
        driver.close();
        return E.right(undefined);
      }),
  });
};

/** Takes the write lock at the start, so that a transaction never fails half-way for want of it. */
const beginAndCommit = (sql: Statements) => <A>(body: () => A): A => {
  sql.run("BEGIN IMMEDIATE");
  try {
    const value = body();
    sql.run("COMMIT");
    return value;
  } catch (cause) {
    sql.run("ROLLBACK");
    throw cause;
  }
};
