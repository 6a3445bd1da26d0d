/** The SQLite backend: each batch is one transaction on a file that several processes may open. */

import type { Backend, Changed, ChangeRequest, PortError } from "../../backend.ts";
import { type NewRecord, withResources } from "../../core/record.ts";
import { E, pipe, type TE } from "../../deps/fp.ts";
import { backendError, rolloutNotFound, type StoreError } from "../../model/errors.ts";
import { claims } from "./claims.ts";
import { type OpenFile, openFile } from "./file.ts";
import { type CheckedOptions, checkOptions, type SqliteOptions } from "./options.ts";
import { parserOf } from "../../model/numbers.ts";
import { queries } from "./queries.ts";
import { type Records, records } from "./records.ts";
import { type Resources, resources } from "./resources.ts";
import { readers } from "./rows.ts";
import { migrate, partitionKey } from "./schema.ts";
import { spans } from "./spans.ts";
import { preparing } from "./statements.ts";
import { beginAndCommit, transactions } from "./transactions.ts";
import { workers } from "./workers.ts";

/**
 * Opens a backend on an SQLite file.
 *
 * It answers `Unsupported` where there is no engine (an edge runtime, a browser), `InvalidArgument`
 * for an option that cannot be used, and `Backend` for a file that cannot be opened, or that a newer
 * version or another program wrote.
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
  const checked = checkOptions(options);
  if (E.isLeft(checked)) return checked;
  if ("driver" in checked.right) {
    const { driver } = checked.right;
    // Its connection may have other users, whom it does not tell apart.
    const open = { driver, written: () => {}, version: null };
    return backendOn(open, "the driver's database", checked.right);
  }
  const { open } = checked.right;
  const opened = await openFile(open)();
  if (E.isLeft(opened)) return opened;
  const backend = backendOn(opened.right, open.path, checked.right);
  if (E.isLeft(backend)) opened.right.driver.close();
  return backend;
};

/** Brings the database to the present schema, and speaks to it from then on. */
const backendOn = (
  { driver, written, version }: OpenFile,
  name: string,
  { partition: partitionName, shared, numbers }: CheckedOptions,
): E.Either<StoreError, Backend> => {
  try {
    const sql = preparing(driver);
    const atomically = driver.runInTransaction?.bind(driver) ??
      beginAndCommit(sql, "BEGIN IMMEDIATE");
    // Several statements that must see one state; it takes no lock from writers.
    const inSnapshot = driver.runInTransaction?.bind(driver) ?? beginAndCommit(sql, "BEGIN");
    const prepared = atomically(() =>
      pipe(migrate(driver, name), E.map(() => partitionKey(sql, partitionName)))
    );
    if (E.isLeft(prepared)) return prepared;
    const partition = prepared.right;
    const rows = readers(parserOf(numbers));
    const crew = workers(sql, partition, rows);
    const rollouts = records(sql, partition, rows, crew.affect);
    const traces = spans(sql, partition, rollouts);
    const materials = resources(sql, partition, rows);
    const claimAll = claims(sql, partition, rows, rollouts, crew.affect);
    const found = queries(sql, partition, rows, rollouts);
    const { read, snapshot, together, each, close } = transactions(driver, {
      atomically,
      inSnapshot,
      written,
    });

    return E.right({
      name: "SqliteLightningStore",
      capabilities: { thread_safe: true, async_safe: true, zero_copy: true, otlp_traces: false },
      shared,
      ...version === null || !shared ? {} : { version: () => read(() => String(version())) },

      insert: each((batch) => E.right(insert(rollouts, materials, batch))),
      claim: together((requests) => claimAll(requests).map((claimed) => E.right(claimed))),
      change: each((request) => change(rollouts, request)),
      addSpans: together(traces.add),
      allocate: each((rollout_ids) => E.right(traces.allocate(rollout_ids))),
      affect: each((effect) => {
        crew.affect(effect);
        return E.right(crew.find(effect.worker_id));
      }),
      putResources: each(materials.put),

      overdue: (now, limit) => read(() => found.overdue(now, limit)),
      statuses: (ids) => read(() => ids.map(found.status)),
      rollouts: (ids) => snapshot(() => ids.map(found.rollout)),
      queryRollouts: (selection) => snapshot(() => found.rollouts(selection)),
      latestAttempt: (rollout_id) => snapshot(() => found.latestAttempt(rollout_id)),
      queryAttempts: (rollout_id, selection) =>
        snapshot(() => found.attempts(rollout_id, selection)),
      querySpans: (rollout_id, attempt_id, selection) =>
        snapshot(() => found.spans(rollout_id, attempt_id, selection)),
      worker: (worker_id) => read(() => crew.find(worker_id)),
      queryWorkers: (selection) => snapshot(() => found.workers(selection)),
      resources: (resources_id) => read(() => materials.find(resources_id)),
      latestResources: () => read(materials.latest),
      queryResources: (selection) => snapshot(() => found.resources(selection)),
      statistics: () => snapshot(found.totals),
      close,
    });
  } catch (cause) {
    return E.left(backendError(`Cannot use the SQLite database ${name}`, cause));
  }
};

const insert = (
  rollouts: Pick<Records, "insert">,
  materials: Pick<Resources, "latestId">,
  batch: readonly NewRecord[],
): string | null => {
  const asked = batch.some(({ rollout }) => rollout.resources_id === null);
  const latest = asked ? materials.latestId() : null;
  batch.forEach((record) =>
    rollouts.insert({ ...record, rollout: withResources(record.rollout, latest) })
  );
  return latest;
};

const change = (
  rollouts: Pick<Records, "load" | "carryOut" | "payload">,
  { rollout_id, attempt_id, now, decide, payload }: ChangeRequest,
): E.Either<PortError, Changed> => {
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
