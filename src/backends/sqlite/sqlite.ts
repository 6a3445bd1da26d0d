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
  SpansRequest,
} from "../../backend.ts";
import { claim, heartbeat } from "../../core/lifecycle.ts";
import { sequence } from "../../core/sequence.ts";
import { isQueued } from "../../core/status.ts";
import { nextVersion } from "../../core/versions.ts";
import { applyWorkerEffect, effectOfClaim, type WorkerEffect } from "../../core/worker.ts";
import { E, TE } from "../../deps/fp.ts";
import type { Attempt } from "../../model/attempt.ts";
import {
  attemptNotFound,
  backendError,
  invalidArgument,
  rolloutNotFound,
  type StoreError,
} from "../../model/errors.ts";
import type { ResourcesUpdate } from "../../model/resources.ts";
import type { AttemptedRollout, RolloutStatus } from "../../model/rollout.ts";
import type { Worker } from "../../model/worker.ts";
import { openNodeSqlite, type SqliteDriver } from "./driver.ts";
import { records, type Stored, TakenId } from "./records.ts";
import {
  ATTEMPT_COLUMNS,
  attemptedOf,
  type AttemptedRow,
  attemptOf,
  type AttemptRow,
  LATEST_COLUMNS,
  type PayloadRow,
  payloadOf,
  RESOURCES_COLUMNS,
  resourcesOf,
  type ResourcesRow,
  ROLLOUT_COLUMNS,
  type RolloutRow,
  rolloutStateOf,
  spanOf,
  type SpanRow,
  text,
  WORKER_COLUMNS,
  workerOf,
  type WorkerRow,
} from "./rows.ts";
import { migrate, partitionKey } from "./schema.ts";
import { pageOf } from "./selecting.ts";
import { statements } from "./statements.ts";

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
      invalidArgument("durability", `expected "normal" or "full", got ${JSON.stringify(durability)}`),
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
  const inTransaction = driver.transaction?.bind(driver) ?? beginAndCommit(sql);
  const migrated = inTransaction(() => migrate(driver));
  if (E.isLeft(migrated)) return migrated;
  const partition = inTransaction(() => partitionKey(driver, partitionName));

  return E.left(backendError("todo", null));
};
