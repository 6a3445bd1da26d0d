/**
 * The tables of the SQLite backend.
 *
 * What changes often is apart from what is large: `rollout` and `attempt` are narrow, and `payload`
 * and `span` are written once. The indexes of queue and watchdog are partial: they hold what is
 * queued and what can expire. Rollouts that have ended are indexed by status, and those that have
 * not are in an index of what is open, so that a claim touches neither. `key` is the order of
 * insertion. All tables are STRICT.
 */

import { E } from "../../deps/fp.ts";
import { backendError, type BackendFailure } from "../../model/errors.ts";
import type { SqliteDriver } from "./driver.ts";
import { type Prepare, preparing } from "./statements.ts";

/** What takes a file from each version of the schema to the next; the first makes an empty one. */
const MIGRATIONS: readonly string[] = [
  `
CREATE TABLE partition (
  key INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE rollout (
  key INTEGER PRIMARY KEY,
  partition INTEGER NOT NULL,
  rollout_id TEXT NOT NULL,
  status TEXT NOT NULL,
  mode TEXT,
  resources_id TEXT,
  start_time REAL NOT NULL,
  end_time REAL,
  timeout_seconds REAL,
  unresponsive_seconds REAL,
  max_attempts INTEGER NOT NULL,
  retry_condition TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  latest_attempt TEXT,
  place INTEGER,
  deadline REAL,
  UNIQUE (partition, rollout_id)
) STRICT;
CREATE INDEX rollout_place ON rollout (partition, place) WHERE place IS NOT NULL;
CREATE INDEX rollout_deadline ON rollout (partition, deadline) WHERE deadline IS NOT NULL;
CREATE INDEX rollout_open ON rollout (partition) WHERE end_time IS NULL;
CREATE INDEX rollout_ended ON rollout (partition, status) WHERE end_time IS NOT NULL;

CREATE TABLE payload (
  rollout INTEGER PRIMARY KEY,
  input TEXT NOT NULL,
  metadata TEXT
) STRICT;

CREATE TABLE attempt (
  rollout INTEGER NOT NULL,
  attempt_id TEXT NOT NULL,
  sequence_id INTEGER NOT NULL,
  start_time REAL NOT NULL,
  end_time REAL,
  status TEXT NOT NULL,
  worker_id TEXT,
  last_heartbeat_time REAL,
  metadata TEXT,
  PRIMARY KEY (rollout, attempt_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE span (
  key INTEGER PRIMARY KEY,
  rollout INTEGER NOT NULL,
  attempt_id TEXT NOT NULL,
  span_id TEXT NOT NULL,
  sequence_id INTEGER NOT NULL,
  trace_id TEXT NOT NULL,
  parent_id TEXT,
  name TEXT NOT NULL,
  start_time REAL,
  end_time REAL,
  body TEXT NOT NULL,
  UNIQUE (rollout, attempt_id, span_id)
) STRICT;

CREATE TABLE counter (
  partition INTEGER NOT NULL,
  rollout_id TEXT NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (partition, rollout_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE worker (
  key INTEGER PRIMARY KEY,
  partition INTEGER NOT NULL,
  worker_id TEXT NOT NULL,
  status TEXT NOT NULL,
  heartbeat_stats TEXT,
  last_heartbeat_time REAL,
  last_dequeue_time REAL,
  last_busy_time REAL,
  last_idle_time REAL,
  current_rollout_id TEXT,
  current_attempt_id TEXT,
  UNIQUE (partition, worker_id)
) STRICT;

CREATE TABLE resources (
  key INTEGER PRIMARY KEY,
  partition INTEGER NOT NULL,
  resources_id TEXT NOT NULL,
  create_time REAL NOT NULL,
  update_time REAL NOT NULL,
  version INTEGER NOT NULL,
  written INTEGER NOT NULL,
  resources TEXT NOT NULL,
  UNIQUE (partition, resources_id)
) STRICT;
CREATE INDEX resources_written ON resources (partition, written);

-- What the planner cannot know of an empty file: a partition finds half of the rows, and few
-- rollouts are live. Source: sqlite.org/fileformat2.html, section 2.6.3.
ANALYZE;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('rollout', 'sqlite_autoindex_rollout_1', '1000000 500000 1'),
  ('rollout', 'rollout_place', '100000 50000 1'),
  ('rollout', 'rollout_deadline', '1000 500 1'),
  ('rollout', 'rollout_open', '100000 50000'),
  ('rollout', 'rollout_ended', '900000 450000 150000');
ANALYZE sqlite_schema;
`,
];

/** Brings a database to the present schema. Its own table keeps the version. */
export const migrate = (
  driver: SqliteDriver,
  name: string,
): E.Either<BackendFailure, void> => {
  driver.exec("CREATE TABLE IF NOT EXISTS lightning_store (version INTEGER NOT NULL) STRICT");
  const sql = preparing(driver);
  const version = sql<{ readonly version: number | null }>(
    "SELECT max(version) AS version FROM lightning_store",
  ).get()?.version ?? 0;
  if (version > MIGRATIONS.length) {
    return E.left(backendError(
      `${name} has schema version ${version}, and this lightning-store knows versions up to ${MIGRATIONS.length}; use a newer one`,
      null,
    ));
  }
  MIGRATIONS.slice(version).forEach((sql) => driver.exec(sql));
  if (version < MIGRATIONS.length) {
    driver.prepare("INSERT INTO lightning_store (version) VALUES (?)").run(MIGRATIONS.length);
  }
  return E.right(undefined);
};

/** The key of a partition, which is made when it is new. */
export const partitionKey = (sql: Prepare, name: string): number => {
  sql("INSERT INTO partition (name) VALUES (?) ON CONFLICT DO NOTHING").run(name);
  const row = sql<{ readonly key: number }>("SELECT key FROM partition WHERE name = ?").get(name);
  if (!row) throw new Error(`The partition ${name} was not kept`);
  return row.key;
};
