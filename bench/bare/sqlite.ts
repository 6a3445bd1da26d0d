/**
 * The least that SQLite can do for each job: prepared statements of `node:sqlite` on tables with
 * nothing but what the job needs, in transactions of as many items as there are callers.
 */

import { DatabaseSync } from "node:sqlite";
import { spanOf } from "../span_of.ts";
import { secondsOf, type Subject, taskOf } from "../subject.ts";

/** The jobs on an SQLite file. */
export const bareSqlite = (path: string, durability: "normal" | "full"): Subject => {
  const db = new DatabaseSync(path);
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${durability};
    PRAGMA wal_autocheckpoint = 4000;
    CREATE TABLE rollout (key INTEGER PRIMARY KEY, rollout_id TEXT NOT NULL UNIQUE, input TEXT NOT NULL,
      status TEXT NOT NULL, end_time REAL, place INTEGER) STRICT;
    CREATE INDEX place ON rollout (place) WHERE place IS NOT NULL;
    CREATE TABLE attempt (rollout INTEGER, attempt_id TEXT, sequence_id INTEGER, start_time REAL,
      end_time REAL, status TEXT, worker_id TEXT, last_heartbeat_time REAL,
      PRIMARY KEY (rollout, attempt_id)) STRICT, WITHOUT ROWID;
    CREATE TABLE worker (worker_id TEXT PRIMARY KEY, status TEXT, last_busy_time REAL,
      rollout_id TEXT, attempt_id TEXT) STRICT, WITHOUT ROWID;
    CREATE TABLE span (rollout INTEGER, attempt_id TEXT, span_id TEXT, body TEXT,
      UNIQUE (rollout, attempt_id, span_id)) STRICT;
  `);
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  const insertRollout = db.prepare(
    "INSERT INTO rollout (rollout_id, input, status, place) VALUES (?, ?, 'queuing', ?)",
  );
  const takeHead = db.prepare(
    `UPDATE rollout SET status = 'preparing', place = NULL
     WHERE key = (SELECT key FROM rollout WHERE place IS NOT NULL ORDER BY place LIMIT 1)
     RETURNING key, rollout_id, input`,
  );
  const insertAttempt = db.prepare(
    "INSERT INTO attempt VALUES (?, ?, 1, ?, NULL, 'preparing', ?, NULL)",
  );
  const setWorker = db.prepare(
    `INSERT INTO worker VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET status = excluded.status,
       last_busy_time = excluded.last_busy_time, rollout_id = excluded.rollout_id,
       attempt_id = excluded.attempt_id`,
  );
  const insertSpan = db.prepare("INSERT INTO span VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
  const beat = db.prepare(
    "UPDATE attempt SET status = 'running', last_heartbeat_time = ? WHERE rollout = ? AND attempt_id = ?",
  );
  const endAttempt = db.prepare(
    "UPDATE attempt SET status = 'succeeded', end_time = ? WHERE rollout = ? AND attempt_id = ?",
  );
  const endRollout = db.prepare(
    "UPDATE rollout SET status = 'succeeded', end_time = ? WHERE key = ?",
  );
  let place = 0;

  const inBatches = (operations: number, size: number, each: (i: number) => unknown) => {
    for (let from = 0; from < operations; from += size) {
      begin.run();
      for (let i = from; i < Math.min(from + size, operations); i++) each(i);
      commit.run();
    }
  };
  const timed = (operations: number, size: number, each: (i: number) => unknown) =>
    secondsOf(() => inBatches(operations, size, each));

  const enqueue = (i: number) =>
    insertRollout.run(
      `ro-${crypto.randomUUID().slice(24)}`,
      JSON.stringify(taskOf(i)),
      place++,
    );

  const claim = (worker_id: string) => {
    const row = takeHead.get();
    if (row === undefined) throw new Error("The queue is empty");
    const key = Number(row["key"]);
    const attempt_id = `at-${crypto.randomUUID().slice(0, 8)}`;
    const now = performance.now() / 1000;
    insertAttempt.run(key, attempt_id, now, worker_id);
    setWorker.run(worker_id, "busy", now, String(row["rollout_id"]), attempt_id);
    return { key, attempt_id, input: JSON.parse(String(row["input"])) };
  };

  const claimed = (count: number) => {
    const made: ReturnType<typeof claim>[] = [];
    inBatches(count, 1000, enqueue);
    inBatches(count, 1000, () => made.push(claim("Worker-0")));
    return made;
  };

  return {
    enqueue: (operations, callers) => timed(operations, callers, enqueue),

    "enqueue-many": (operations) => timed(operations, operations, enqueue),

    claim: (operations, callers) => {
      inBatches(operations, 1000, enqueue);
      return timed(operations, callers, (i) => claim(`Worker-${i % callers}`));
    },

    spans: (operations, callers) => {
      const owners = claimed(callers);
      const spans = Array.from({ length: operations }, (_, i) => {
        const { key = 0, attempt_id = "" } = owners[i % callers] ?? {};
        return { key, span: spanOf(String(key), attempt_id, i) };
      });
      return timed(operations, callers, (i) => {
        const { key, span } = spans[i] ?? {};
        if (key === undefined || span === undefined) return;
        insertSpan.run(key, span.attempt_id, span.span_id, JSON.stringify(span));
        beat.run(performance.now() / 1000, key, span.attempt_id);
      });
    },

    "attempt-update": (operations, callers) => {
      const updated = claimed(operations);
      return timed(operations, callers, (i) => {
        const { key = 0, attempt_id = "" } = updated[i] ?? {};
        const now = performance.now() / 1000;
        endAttempt.run(now, key, attempt_id);
        endRollout.run(now, key);
        setWorker.run("Worker-0", "idle", now, null, null);
      });
    },
  };
};
