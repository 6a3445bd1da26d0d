/** Spans and their sequence ids in MongoDB. */

import type { ChangeRequest, PortError, SpansRequest } from "../../backend.ts";
import { heartbeat } from "../../core/lifecycle.ts";
import { advanceOf, sequenceAll } from "../../core/sequence.ts";
import { E } from "../../deps/fp.ts";
import { groupBy } from "../../deps/grouping.ts";
import { attemptNotFound, rolloutNotFound, type StoreError } from "../../model/errors.ts";
import type { NewSpan, Span } from "../../model/span.ts";
import type { Collections } from "./collections.ts";
import { keysOf, type SpanDocument, spanDocument } from "./documents.ts";
import { DUPLICATE, makingOnce, statementErrors, surviving } from "./failing.ts";
import type { Order } from "./order.ts";
import type { Records } from "./records.ts";
import { documentTooLarge } from "./sizes.ts";

/** Writes the spans of one partition. */
export interface Spans {
  /** Stores spans; answers with the outcomes and with the heartbeats that are due for them. */
  readonly add: (items: readonly SpansRequest[]) => Promise<{
    readonly outcomes: readonly E.Either<PortError, readonly (number | null)[]>[];
    readonly beats: readonly ChangeRequest[];
  }>;
  /** Allocates the next sequence id of each rollout. */
  readonly allocate: (items: readonly (readonly string[])[]) => Promise<
    readonly E.Either<PortError, readonly number[]>[]
  >;
}

export const spans = (
  { spans: collection, counters }: Pick<Collections, "spans" | "counters">,
  partition: string,
  { order, records }: {
    readonly order: Order;
    readonly records: Pick<Records, "presence">;
  },
): Spans => {
  const key = keysOf(partition);

  /** The sequence ids of what is wanted of each rollout, in its order. */
  const count = async (
    wanted: ReadonlyMap<string, readonly (number | null)[]>,
  ): Promise<ReadonlyMap<string, readonly number[]>> => {
    const raises = [...wanted].filter(([, ids]) => !ids.includes(null));
    const [, ...drawn] = await Promise.all([
      raise(raises),
      ...[...wanted].filter(([, ids]) => ids.includes(null)).map(draw),
    ]);
    return new Map([
      ...raises.map(([id, ids]) => [id, sequenceAll(0, ids)] as const),
      ...drawn,
    ]);
  };

  /** Ids that are brought need no answer: they only raise the counters. */
  const raise = async (raises: readonly (readonly [string, readonly (number | null)[]])[]) => {
    if (raises.length === 0) return;
    await makingOnce(() =>
      counters.bulkWrite(
        raises.map(([rollout_id, ids]) => ({
          updateOne: {
            filter: key(rollout_id),
            update: { $max: { value: advanceOf(ids).floor } },
            upsert: true,
          },
        })),
        { ordered: false },
      )
    );
  };

  /** An id may be passed over where the server's answer was lost, but none is given twice. */
  const draw = async (
    [rollout_id, ids]: readonly [string, readonly (number | null)[]],
  ): Promise<readonly [string, readonly number[]]> => {
    const { added, floor } = advanceOf(ids);
    const counter = await makingOnce(() =>
      counters.findOneAndUpdate(
        key(rollout_id),
        [
          { $set: { before: { $ifNull: ["$value", 0] } } },
          { $set: { value: { $max: [{ $add: ["$before", added] }, floor] } } },
        ],
        { upsert: true, returnDocument: "after" },
      )
    );
    if (counter === null) return await draw([rollout_id, ids]);
    return [rollout_id, sequenceAll(counter.before ?? 0, ids)];
  };

  const documentOf = (span: Span, inserted: number): SpanDocument =>
    spanDocument(key(span.rollout_id, span.attempt_id, span.span_id), span, inserted);

  /** Which of the spans are new. One that comes twice is new once. */
  const insert = async (rows: readonly Span[]): Promise<ReadonlySet<Span>> => {
    const firsts = new Map<string, { readonly span: Span; readonly document: SpanDocument }>();
    for (const span of rows) {
      const document = documentOf(span, order());
      if (!firsts.has(document._id)) firsts.set(document._id, { span, document });
    }
    const fresh = [...firsts.values()];
    if (fresh.length === 0) return new Set();
    const known = await surviving(async () => {
      try {
        await collection.insertMany(fresh.map(({ document }) => document), { ordered: false });
        return new Set<number>();
      } catch (cause) {
        const refused = statementErrors(cause);
        const other = refused.find(({ code }) => code !== DUPLICATE);
        if (other !== undefined) throw cause;
        const duplicates = new Set(refused.map(({ index }) => index));
        return await withoutOwn(fresh, duplicates);
      }
    });
    return new Set(fresh.filter((_, i) => !known.has(i)).map(({ span }) => span));
  };

  /** Without those that this very insertion made before its answer was lost. */
  const withoutOwn = async (
    fresh: readonly { readonly document: SpanDocument }[],
    duplicates: ReadonlySet<number>,
  ): Promise<Set<number>> => {
    const stored = await collection.find({
      partition,
      _id: { $in: [...duplicates].flatMap((i) => fresh[i]?.document._id ?? []) },
    }, { projection: { inserted: 1 } }).toArray();
    const inserted = new Map(stored.map((it) => [it._id, it.inserted]));
    return new Set(
      [...duplicates].filter((i) => {
        const document = fresh[i]?.document;
        return document === undefined || inserted.get(document._id) !== document.inserted;
      }),
    );
  };

  /** Why each item cannot be stored: a span that no document holds, or that refers to nothing. */
  const faultsOf = async (
    items: readonly SpansRequest[],
  ): Promise<readonly (StoreError | null)[]> => {
    const oversized = items.map(({ spans }) => firstOf(spans, oversizedOf));
    const presenceOf = await records.presence(
      items.flatMap(({ spans }, i) => oversized[i] === null ? spans : []),
    );
    return items.map(({ spans }, i) =>
      oversized[i] ?? firstOf(spans, ({ rollout_id, attempt_id }) => {
        const presence = presenceOf(rollout_id, attempt_id);
        if (presence === "no rollout") return rolloutNotFound(rollout_id);
        return presence === "no attempt" ? attemptNotFound(rollout_id, attempt_id) : null;
      })
    );
  };

  /** Whatever sequence id it gets. */
  const oversizedOf = (span: NewSpan): StoreError | null =>
    documentTooLarge(`span ${span.span_id}`, documentOf({ ...span, sequence_id: 0 }, 0));

  return {
    add: async (items) => {
      const faults = await faultsOf(items);
      const lots = items.map(({ spans, now }, i): readonly Lot[] =>
        (faults[i] ?? null) !== null ? [] : spans.map((span) => ({ span, now }))
      );
      const wanted = groupBy(lots.flat(), ({ span }) => span.rollout_id);
      const ids = await count(
        new Map([...wanted].map(([id, lots]) => [id, lots.map(({ span }) => span.sequence_id)])),
      );
      const rows = new Map<Lot, Span>();
      for (const [rollout_id, lots] of wanted) {
        lots.forEach((lot, i) => {
          const sequence_id = ids.get(rollout_id)?.[i];
          if (sequence_id !== undefined) rows.set(lot, { ...lot.span, sequence_id });
        });
      }
      const fresh = await insert(lots.flat().flatMap((lot) => rows.get(lot) ?? []));
      const idOf = (lot: Lot): number | null => {
        const row = rows.get(lot);
        return row !== undefined && fresh.has(row) ? row.sequence_id : null;
      };
      return {
        outcomes: lots.map((lots, i) => {
          const fault = faults[i] ?? null;
          return fault === null ? E.right(lots.map(idOf)) : E.left(fault);
        }),
        beats: beatsFor(lots.flat().filter((lot) => idOf(lot) !== null)),
      };
    },

    allocate: async (items) => {
      const faults = items.map((ids) =>
        firstOf(ids, (id) => documentTooLarge("rollout_id", key(id)))
      );
      const wanted = new Map<string, null[]>();
      for (const rollout_id of items.filter((_, i) => faults[i] === null).flat()) {
        const known = wanted.get(rollout_id);
        if (known === undefined) wanted.set(rollout_id, [null]);
        else known.push(null);
      }
      const drawn = await count(wanted);
      const next = new Map<string, number>();
      const nextOf = (rollout_id: string): number => {
        const i = next.get(rollout_id) ?? 0;
        next.set(rollout_id, i + 1);
        return drawn.get(rollout_id)?.[i] ?? 0;
      };
      return items.map((ids, i) => {
        const fault = faults[i] ?? null;
        return fault === null ? E.right(ids.map(nextOf)) : E.left(fault);
      });
    },
  };
};

/** The first fault among several. */
const firstOf = <A>(
  all: readonly A[],
  faultOf: (it: A) => StoreError | null,
): StoreError | null => {
  for (const it of all) {
    const fault = faultOf(it);
    if (fault !== null) return fault;
  }
  return null;
};

/** A span of an item that is stored. */
interface Lot {
  readonly span: NewSpan;
  readonly now: number;
}

/** One heartbeat for each attempt that got a new span, at the time of its last one. */
const beatsFor = (lots: readonly Lot[]): readonly ChangeRequest[] => {
  const beats = new Map<string, ChangeRequest>();
  for (const { span: { rollout_id, attempt_id }, now } of lots) {
    beats.set(`${rollout_id}\0${attempt_id}`, {
      rollout_id,
      attempt_id,
      now,
      payload: false,
      decide: (record) =>
        record === null ? E.left(rolloutNotFound(rollout_id)) : E.right(heartbeat(now)(record)),
    });
  }
  return [...beats.values()];
};
