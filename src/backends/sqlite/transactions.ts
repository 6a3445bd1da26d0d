/** Batches as transactions, and failures as data. */

import type { Answer, Batch, PortError } from "../../backend.ts";
import { E } from "../../deps/fp.ts";
import { backendError, type BackendFailure } from "../../model/errors.ts";
import type { SqliteDriver } from "./driver.ts";
import { TakenId } from "./records.ts";
import type { Prepare } from "./statements.ts";

/** How the backend does its work; nothing that it returns rejects. */
export interface Transactions {
  /** Reads by one statement. */
  readonly read: <A>(value: () => A) => Answer<A>;
  /** Reads by several statements that all see the same state. */
  readonly snapshot: <A>(value: () => A) => Answer<A>;
  /**
   * Does items in one transaction. An id that is taken undoes it; each item then gets a transaction
   * of its own, so that only the one that brought the id fails.
   */
  readonly together: <I, A>(
    steps: (items: readonly I[]) => readonly E.Either<PortError, A>[],
  ) => Batch<I, A>;
  /** As `together`, with one step for each item. */
  readonly each: <I, A>(step: (item: I) => E.Either<PortError, A>) => Batch<I, A>;
  /** Closes the database; whatever comes later fails. */
  readonly close: () => Answer<void>;
}

export const transactions = (
  driver: SqliteDriver,
  { atomically, inSnapshot, written }: {
    /** Runs what writes as a transaction. */
    readonly atomically: <A>(body: () => A) => A;
    /** Runs what reads so that all of it sees one state. */
    readonly inSnapshot: <A>(body: () => A) => A;
    /** Comes after each transaction that has written; it never throws. */
    readonly written: () => void;
  },
): Transactions => {
  let closed = false;

  const guarded = <L, A>(step: () => E.Either<L, A>): E.Either<L | BackendFailure, A> => {
    if (closed) return E.left(backendError("The store is closed", null));
    try {
      return step();
    } catch (cause) {
      return E.left(backendError("SQLite failed", cause));
    }
  };

  const attempt = <A>(body: () => A): E.Either<PortError, A> =>
    guarded<PortError, A>(() => {
      try {
        const value = atomically(body);
        written();
        return E.right(value);
      } catch (cause) {
        if (cause instanceof TakenId) return E.left({ _tag: "Taken", id: cause.id });
        throw cause;
      }
    });

  const together = <I, A>(
    steps: (items: readonly I[]) => readonly E.Either<PortError, A>[],
  ): Batch<I, A> => {
    const run = (items: readonly I[]): readonly E.Either<PortError, A>[] => {
      const outcome = attempt(() => steps(items));
      if (E.isRight(outcome)) return outcome.right;
      return outcome.left._tag === "Taken" && items.length > 1
        ? items.flatMap((item) => run([item]))
        : items.map(() => outcome);
    };
    return (items) => Promise.resolve(run(items));
  };

  return {
    read: (value) => Promise.resolve(guarded(() => E.right(value()))),
    snapshot: (value) => Promise.resolve(guarded(() => E.right(inSnapshot(value)))),
    together,
    each: (step) => together((items) => items.map(step)),
    close: () =>
      Promise.resolve(guarded(() => {
        closed = true;
        driver.close();
        return E.right(undefined);
      })),
  };
};

/**
 * Transactions that begin so. One that writes takes the lock at its start, so that it never fails
 * half-way for want of it.
 */
export const beginAndCommit = (
  sql: Prepare,
  beginning: "BEGIN" | "BEGIN IMMEDIATE",
): <A>(body: () => A) => A => {
  const [begin, commit, rollback] = [sql(beginning), sql("COMMIT"), sql("ROLLBACK")];
  return (body) => {
    begin.run();
    try {
      const value = body();
      commit.run();
      return value;
    } catch (cause) {
      try {
        rollback.run();
      } catch {
        // SQLite rolls back by itself after some failures, such as a full disk.
      }
      throw cause;
    }
  };
};
