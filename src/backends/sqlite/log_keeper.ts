/** Keeps the write-ahead log of a file from growing while several processes write. */

import type { SqliteDriver } from "./driver.ts";
import { waitForLocks } from "./locks.ts";

/**
 * Pages of 4 kB after which the log is copied into the file. SQLite's own 1,000 come about every 150
 * claims, each with a stop of milliseconds; this has a quarter of them, for a log of 16 MB.
 */
const CHECKPOINT_PAGES = 4000;

/** Pages beyond which the log must begin anew. */
const MOST_PAGES = 4 * CHECKPOINT_PAGES;

/** How often that is looked at, in transactions and in ms, and how long after it was in vain. */
const EVERY_TRANSACTIONS = 100;
const EVERY_MS = 250;
const AFTER_FAILURE_MS = 1000;

/** How long may be waited for those who read the log, in ms; writers wait too. */
const PATIENCE_MS = 200;

/** What a checkpoint answers: the pages of the log, and whether somebody was in its way. */
interface Checkpoint {
  readonly log: number;
  readonly busy: number;
}

/**
 * Sets the limits of the log; what it answers with is to be called after each transaction that has
 * written.
 *
 * SQLite copies the log after a transaction, and begins it anew with the next one if all of it is in
 * the file by then. Where others write all the time it never is, so that the log grows with whatever
 * is written; it is then begun anew while nobody else can write. Source: sqlite.org/wal.html, section
 * 6, "Avoiding Excessively Large WAL Files".
 */
export const logKeeper = (
  driver: SqliteDriver,
  { busyTimeoutSeconds, version }: {
    readonly busyTimeoutSeconds: number;
    /** Another number once another connection has written. */
    readonly version: () => number;
  },
): () => void => {
  driver.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  // In bytes: what is beyond that is given back once the log begins anew.
  driver.exec(`PRAGMA journal_size_limit = ${MOST_PAGES * 4096}`);
  const copy = driver.prepare("PRAGMA wal_checkpoint(PASSIVE)");
  const beginAnew = driver.prepare("PRAGMA wal_checkpoint(RESTART)");
  let seen = version();
  let transactions = 0;
  let next = performance.now() + EVERY_MS;

  /** Whether the log is as short as it should be. */
  const look = (): boolean => {
    const before = seen;
    seen = version();
    if (seen === before) return true;
    // The columns of this pragma.
    const { log } = copy.get() as Checkpoint;
    if (log <= MOST_PAGES) return true;
    waitForLocks(driver, PATIENCE_MS);
    try {
      const { busy } = beginAnew.get() as Checkpoint;
      return busy === 0;
    } finally {
      waitForLocks(driver, busyTimeoutSeconds * 1000);
    }
  };

  return () => {
    if (++transactions < EVERY_TRANSACTIONS) return;
    if (performance.now() < next) return;
    let isShort = false;
    try {
      isShort = look();
    } catch {
      // What has been written is written; the next look may fare better.
    }
    transactions = 0;
    next = performance.now() + (isShort ? EVERY_MS : AFTER_FAILURE_MS);
  };
};
