/** The storage of a Durable Object, outside of the platform. */

import { DatabaseSync } from "node:sqlite";
import type { DurableObjectStorage } from "../../src/durable_object/mod.ts";

/** A storage whose alarm the test sets off. */
export interface FakeStorage {
  readonly storage: DurableObjectStorage;
  /** When the alarm goes off, in milliseconds since the epoch; null where none is set. */
  readonly alarm: () => number | null;
  /** What the platform does before it calls the object: the alarm is set no more. */
  readonly goOff: () => void;
}

export const fakeStorage = (): FakeStorage => {
  const database = new DatabaseSync(":memory:");
  let alarm: number | null = null;
  return {
    alarm: () => alarm,
    goOff: () => {
      alarm = null;
    },
    storage: {
      sql: {
        exec: (sql, ...values) => {
          // A prepared statement would be the first of several.
          if (sql.includes(";")) database.exec(sql);
          const rows = sql.includes(";") ? [] : database.prepare(sql).all(...values);
          return { toArray: () => rows };
        },
      },
      transactionSync: (body) => {
        database.exec("BEGIN");
        try {
          const value = body();
          database.exec("COMMIT");
          return value;
        } catch (cause) {
          database.exec("ROLLBACK");
          throw cause;
        }
      },
      getAlarm: () => Promise.resolve(alarm),
      setAlarm: (time) => {
        alarm = time;
        return Promise.resolve();
      },
    },
  };
};
