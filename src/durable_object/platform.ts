/** What a store asks of Cloudflare's platform: a part of its types, which its own values fit. */

import type { SqliteValue } from "../backends/sqlite/driver.ts";

/** The SQL database of a Durable Object. */
export interface SqlStorage {
  /** Runs statements, the last of which takes the values; its rows are objects by column name. */
  exec(sql: string, ...values: SqliteValue[]): { toArray(): readonly unknown[] };
}

/** The storage of a Durable Object whose class is one of `new_sqlite_classes`. */
export interface DurableObjectStorage {
  /** Its database. */
  readonly sql: SqlStorage;
  /** Runs a function in a transaction, which is undone if the function throws. */
  transactionSync<A>(body: () => A): A;
  /** When the alarm goes off, in milliseconds since the epoch; null where none is set. */
  getAlarm(): Promise<number | null>;
  /** Sets the one alarm that the object has, in milliseconds since the epoch. */
  setAlarm(time: number): Promise<void>;
}

/** What the constructor of a Durable Object is given first. */
export interface DurableObjectState {
  /** What outlives the object. */
  readonly storage: DurableObjectStorage;
}
