/** Spans and their sequence ids in SQLite. */

import type { PortError, SpansRequest } from "../../backend.ts";
import { heartbeat } from "../../core/lifecycle.ts";
import { sequence } from "../../core/sequence.ts";
import { E } from "../../deps/fp.ts";
import { attemptNotFound, type NotFound, rolloutNotFound } from "../../model/errors.ts";
import type { Span } from "../../model/span.ts";
import type { Records, Stored } from "./records.ts";
import type { Prepare } from "./statements.ts";

/** Writes the spans of one partition in the caller's transaction. */
export interface Spans {
  /** Stores the spans of each item, and beats once for each attempt that got a new one. */
  readonly add: (
    items: readonly SpansRequest[],
  ) => readonly E.Either<PortError, readonly (number | null)[]>[];
  /** Allocates the next sequence id of each rollout. */
  readonly allocate: (rollout_ids: readonly string[]) => readonly number[];
}

export const spans = (sql: Prepare, partition: number, records: Records): Spans => {
  const selectCounter = sql<{ readonly value: number }>(
    "SELECT value FROM counter WHERE partition = ? AND rollout_id = ?",
  );
  const raiseCounter = sql(
    `INSERT INTO counter (partition, rollout_id, value) VALUES (?, ?, ?)
     ON CONFLICT (partition, rollout_id) DO UPDATE SET value = max(value, excluded.value)`,
  );
  const insertSpan = sql(
    `INSERT INTO span (rollout, attempt_id, span_id, sequence_id, trace_id, parent_id, name,
       start_time, end_time, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );

  /**
   * Counters that are written once in a transaction. One is only read where a next id is wanted:
   * ids that are brought raise it, whatever it was.
   */
  const counters = () => {
    const known = new Map<string, number>();
    const raised = new Map<string, number>();
    const read = (rollout_id: string): number => {
      const value = known.get(rollout_id) ??
        selectCounter.get(partition, rollout_id)?.value ?? 0;
      known.set(rollout_id, value);
      return Math.max(value, raised.get(rollout_id) ?? 0);
    };
    return {
      advance: (rollout_id: string, wanted: number | null): number => {
        const before = wanted === null ? read(rollout_id) : raised.get(rollout_id) ?? 0;
        const { id, counter } = sequence(before, wanted);
        raised.set(rollout_id, counter);
        return id;
      },
      write: (): void =>
        raised.forEach((value, rollout_id) => raiseCounter.run(partition, rollout_id, value)),
    };
  };

  /** Whether the span is new. */
  const insert = (rollout: number, span: Span): boolean =>
    Number(
      insertSpan.run(
        rollout,
        span.attempt_id,
        span.span_id,
        span.sequence_id,
        span.trace_id,
        span.parent_id,
        span.name,
        span.start_time,
        span.end_time,
        JSON.stringify(span),
      ).changes,
    ) > 0;

  return {
    add: (items) => {
      const numbers = counters();
      /** The record of each attempt that the batch refers to, by both ids, read once. */
      const attempts = new Map<string, Stored | NotFound>();
      const beats = new Map<Stored, number>();

      const attemptOf = (rollout_id: string, attempt_id: string): Stored | NotFound => {
        const key = `${rollout_id}\0${attempt_id}`;
        const known = attempts.get(key);
        if (known !== undefined) return known;
        const stored = records.load(rollout_id, attempt_id);
        const found = stored === null
          ? rolloutNotFound(rollout_id)
          // `latest` is no alias here.
          : stored.record.attempt?.attempt_id !== attempt_id
          ? attemptNotFound(rollout_id, attempt_id)
          : stored;
        attempts.set(key, found);
        return found;
      };

      const outcomes = items.map(({ spans, now }) => {
        const owners: Stored[] = [];
        for (const { rollout_id, attempt_id } of spans) {
          const owner = attemptOf(rollout_id, attempt_id);
          if ("_tag" in owner) return E.left(owner);
          owners.push(owner);
        }
        return E.right(spans.map((span, i) => {
          const owner = owners[i];
          const sequence_id = numbers.advance(span.rollout_id, span.sequence_id);
          if (owner === undefined || !insert(owner.row.key, { ...span, sequence_id })) return null;
          beats.set(owner, now);
          return sequence_id;
        }));
      });
      numbers.write();
      const changed = new Set<string>();
      beats.forEach((now, stored) => {
        const { row: { rollout_id }, record: { attempt } } = stored;
        // The beat of another attempt of the rollout has changed what was read.
        const current = changed.has(rollout_id) && attempt !== null
          ? records.load(rollout_id, attempt.attempt_id)
          : stored;
        changed.add(rollout_id);
        if (current !== null) records.carryOut(current, heartbeat(now)(current.record), now);
      });
      return outcomes;
    },

    allocate: (rollout_ids) => {
      const numbers = counters();
      const ids = rollout_ids.map((rollout_id) => numbers.advance(rollout_id, null));
      numbers.write();
      return ids;
    },
  };
};
