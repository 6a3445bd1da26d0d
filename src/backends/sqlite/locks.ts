/** Locks that others hold on a file. */

import type { SqliteDriver } from "./driver.ts";

/** From now on a connection waits so many milliseconds for each. */
export const waitForLocks = (driver: SqliteDriver, milliseconds: number): void => {
  driver.exec(`PRAGMA busy_timeout = ${Math.round(milliseconds)}`);
};
