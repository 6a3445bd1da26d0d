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
import { withResources } from "../../core/record.ts";
import { isQueued, isTerminal } from "../../core/status.ts";
import { nextVersion } from "../../core/versions.ts";
import { effectsOfClaim, type WorkerEffect } from "../../core/worker.ts";
import { E, type TE } from "../../deps/fp.ts";
import {
  backendError,
  type BackendFailure,
  invalidArgument,
  rolloutNotFound,
  type StoreError,
} from "../../model/errors.ts";
import type { ResourcesUpdate } from "../../model/resources.ts";
import { type AttemptedRollout, RolloutStatus } from "../../model/rollout.ts";
import type { Worker } from "../../model/worker.ts";
import { openNodeSqlite, type SqliteDriver } from "./driver.ts";
import { records, TakenId } from "./records.ts";
import {
  ATTEMPT_COLUMNS,
  attemptedOf,
  type AttemptedRow,
  attemptOf,
  type AttemptRow,
  LATEST_COLUMNS,
  LATEST_JOIN,
  payloadOf,
  type PayloadRow,
  RESOURCES_COLUMNS,
  resourcesOf,
  type ResourcesRow,
  ROLLOUT_COLUMNS,
  type RolloutRow,
  rolloutStateOf,
  spanOf,
  WORKER_COLUMNS,
  workerOf,
} from "./rows.ts";
import { migrate, partitionKey } from "./schema.ts";
import { type Condition, isIn, pageOf } from "./selecting.ts";
import { spans } from "./spans.ts";
import { type Prepare, preparing } from "./statements.ts";
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

const ATTEMPTED = `rollout r LEFT JOIN payload p ON p.rollout = r.key ${LATEST_JOIN}`;

const ATTEMPTED_COLUMNS = `${ROLLOUT_COLUMNS}, p.input, p.metadata, ${LATEST_COLUMNS}`;

/** `+?`: a bare parameter as limit makes SQLite prepare the statement anew at each run. */
const HEADS_SQL = `SELECT ${ROLLOUT_COLUMNS}, p.input, p.metadata
  FROM rollout r CROSS JOIN payload p ON p.rollout = r.key
  WHERE r.partition = ? AND r.place IS NOT NULL ORDER BY r.place LIMIT +?`;

const backendOn = (
  driver: SqliteDriver,
  partitionName: string,
  shared: boolean,
): E.Either<StoreError, Backend> => {
  const sql = preparing(driver);
  const atomically = driver.transaction?.bind(driver) ?? beginAndCommit(sql);
  const migrated = atomically(() => migrate(driver));
  if (E.isLeft(migrated)) return migrated;
  const partition = atomically(() => partitionKey(driver, partitionName));
  const selectHeads = sql<RolloutRow & PayloadRow>(HEADS_SQL);
  const dropEntry = sql("UPDATE rollout SET place = NULL WHERE key = ?");
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
  const selectAttempted = sql<AttemptedRow>(
    `SELECT ${ATTEMPTED_COLUMNS} FROM ${ATTEMPTED} WHERE r.partition = ? AND r.rollout_id = ?`,
  );
  const selectResources = sql<ResourcesRow>(
    `SELECT ${RESOURCES_COLUMNS} FROM resources WHERE partition = ? AND resources_id = ?`,
  );
  const selectLatestResources = sql<ResourcesRow>(
    `SELECT ${RESOURCES_COLUMNS} FROM resources WHERE partition = ? ORDER BY written DESC LIMIT 1`,
  );
  const selectLatestResourcesId = sql<{ readonly resources_id: string }>(
    "SELECT resources_id FROM resources WHERE partition = ? ORDER BY written DESC LIMIT 1",
  );
  const upsertResources = sql(
    `INSERT INTO resources (partition, resources_id, create_time, update_time, version, written,
       resources)
     VALUES (?1, ?2, ?3, ?4, ?5,
       (SELECT coalesce(max(written), 0) + 1 FROM resources WHERE partition = ?1), ?6)
     ON CONFLICT (partition, resources_id) DO UPDATE SET update_time = excluded.update_time,
       version = excluded.version, written = excluded.written, resources = excluded.resources`,
  );
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

  /** Rollouts from the head of the queue on, fetched in as few goes as `wanted` of them need. */
  const line = (wanted: number) => {
    let fetched: readonly (RolloutRow & PayloadRow)[] = [];
    let taken = 0;
    let behind = Math.min(wanted, HEADS);
    return (): (RolloutRow & PayloadRow) | undefined => {
      if (taken === fetched.length && behind > 0) {
        const limit = behind;
        fetched = selectHeads.all(partition, limit);
        taken = 0;
        if (fetched.length < limit) behind = 0;
      }
      return fetched[taken++];
    };
  };

  const claimUpTo = (
    request: ClaimRequest,
    next: () => (RolloutRow & PayloadRow) | undefined,
  ): readonly AttemptedRollout[] => {
    const claimed: AttemptedRollout[] = [];
    while (claimed.length < request.limit) {
      const row = next();
      if (row === undefined) break;
      const rollout = claimHead(row, request);
      if (rollout !== null) claimed.push(rollout);
    }
    effectsOfClaim(request.worker_id, claimed, request.now).forEach(crew.affect);
    return claimed;
  };

  /** Claims the rollout at the head; null for a stale entry, which is dropped. */
  const claimHead = (
    row: RolloutRow & PayloadRow,
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
    rollouts.carryOut({ row, record }, change, now);
    return {
      ...rollout,
      ...payloadOf(row),
      ...change.rollout,
      attempt: change.attempt.append,
    };
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

  const resourcesBy = (row: ResourcesRow | undefined | null): ResourcesUpdate | null =>
    row ? resourcesOf(row) : null;

  const putResources = (request: ResourcesRequest): E.Either<PortError, ResourcesUpdate> => {
    const { resources_id, fresh } = request;
    const known = resourcesBy(selectResources.get(partition, resources_id));
    if (known !== null && fresh) return E.left({ _tag: "Taken", id: resources_id });
    const next = nextVersion(known, request);
    upsertResources.run(
      partition,
      resources_id,
      next.create_time,
      next.update_time,
      next.version,
      JSON.stringify(next.resources),
    );
    return E.right(next);
  };

  const affect = (effect: WorkerEffect): Worker | null => {
    crew.affect(effect);
    return crew.find(effect.worker_id);
  };

  const count = (table: string): number =>
    sql<{ readonly total: number }>(`SELECT count(*) AS total FROM ${table}`).get(partition)
      ?.total ??
      0;
  const ofPartition = "JOIN rollout r ON r.key = t.rollout WHERE r.partition = ?";

  return E.right({
    name: "SqliteLightningStore",
    capabilities: { thread_safe: true, async_safe: true, zero_copy: true, otlp_traces: false },
    shared,

    insert: each((batch) => {
      const asked = batch.some(({ rollout }) => rollout.resources_id === null);
      const latest = asked ? selectLatestResourcesId.get(partition)?.resources_id ?? null : null;
      batch.forEach(({ rollout, ...rest }) =>
        rollouts.insert({ rollout: withResources(rollout, latest), ...rest })
      );
      return E.right(latest);
    }),
    claim: transactional((requests) => {
      const next = line(requests.reduce((sum, { limit }) => sum + limit, 0));
      return requests.map((request) => E.right(claimUpTo(request, next)));
    }),
    change: each(change),
    addSpans: transactional(traces.add),
    allocate: each((rollout_ids) => E.right(traces.allocate(rollout_ids))),
    affect: each((effect) => E.right(affect(effect))),
    putResources: each(putResources),

    overdue: (now, limit) =>
      read(() => selectOverdue.all(partition, now, limit).map(({ rollout_id }) => rollout_id)),
    statuses: (ids) => read(() => ids.map((id) => selectStatus.get(partition, id)?.status ?? null)),
    rollouts: (ids) =>
      read(() =>
        ids.map((id) => {
          const row = selectAttempted.get(partition, id);
          return row ? attemptedOf(row) : null;
        })
      ),
    queryRollouts: (selection) =>
      read(() =>
        pageOf(
          sql,
          {
            columns: ATTEMPTED_COLUMNS,
            from: ATTEMPTED,
            scope: "r.partition = ?",
            values: [partition],
            prefix: "r.",
            inserted: "r.key",
            statusIn: rolloutStatusIn(partition),
          },
          selection,
          attemptedOf,
        )
      ),
    latestAttempt: (rollout_id) =>
      read(() => {
        const found = selectKey.get(partition, rollout_id);
        return found ? rollouts.attempt(found.key, rollout_id, found.latest_attempt) : null;
      }),
    queryAttempts: (rollout_id, selection) =>
      read(() =>
        pageOf(
          sql,
          {
            columns: ATTEMPT_COLUMNS,
            from: "attempt a",
            scope: "a.rollout = ?",
            values: [selectKey.get(partition, rollout_id)?.key ?? null],
            prefix: "a.",
            inserted: "a.sequence_id",
            constant: "rollout_id",
          },
          selection,
          (row: AttemptRow) => attemptOf(rollout_id, row),
        )
      ),
    querySpans: (rollout_id, attempt_id, selection) =>
      read(() => {
        const found = selectKey.get(partition, rollout_id);
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
            constant: "rollout_id",
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
    resources: (resources_id) =>
      read(() => resourcesBy(selectResources.get(partition, resources_id))),
    latestResources: () => read(() => resourcesBy(selectLatestResources.get(partition))),
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

/** Takes the write lock at the start, so that a transaction never fails half-way for want of it. */
const beginAndCommit = (sql: Prepare): <A>(body: () => A) => A => {
  const [begin, commit, rollback] = [sql("BEGIN IMMEDIATE"), sql("COMMIT"), sql("ROLLBACK")];
  return (body) => {
    begin.run();
    try {
      const value = body();
      commit.run();
      return value;
    } catch (cause) {
      rollback.run();
      throw cause;
    }
  };
};
