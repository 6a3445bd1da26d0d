/** A selection of the core in MongoDB's language. */

import type { Criterion, FieldKind, Order, Selection, SortValue } from "../../core/selection.ts";
import type { Collection, Document } from "../../deps/mongo.ts";
import type { Page } from "../../model/query.ts";
import { surviving } from "./failing.ts";

/** Where the records of one kind are. */
export interface Source {
  readonly collection: Pick<Collection, "aggregate">;
  /** What the documents must fulfill before any filter. */
  readonly scope: Document;
  /** The fields to read. */
  readonly projection: Document;
  /** The field of the order of insertion. */
  readonly inserted: string;
  /** The document's id for a value of the field that makes it up. */
  readonly idOf?: { readonly field: string; readonly of: (value: string) => string };
}

/**
 * The page that a selection makes of a source. The total is counted by itself, where the page does
 * not tell it: what is written between the two shows in one of them only.
 */
export const pageOf = async <D extends Document, A, F extends string>(
  source: Source,
  { criteria, logic, order, limit, offset }: Selection<F>,
  recordOf: (document: D) => A,
): Promise<Page<A>> => {
  const filter = filterOf(source, criteria, logic);
  const documents = limit === 0 ? [] : await surviving(() =>
    source.collection.aggregate<D>([
      { $match: filter },
      ...orderOf(source, order),
      ...offset === 0 ? [] : [{ $skip: offset }],
      ...limit === -1 ? [] : [{ $limit: limit }],
      { $project: source.projection },
      ...order === null ? [] : [{ $unset: "sort_key" }],
    ], { allowDiskUse: true }).toArray()
  );
  const items = documents.map(recordOf);
  const isLast = limit === -1 || items.length < limit;
  const total = isLast && (items.length > 0 || offset === 0)
    ? offset + items.length
    : await counted(
      source,
      filter,
    );
  return { items, limit, offset, total };
};

const counted = async (
  { collection }: Source,
  filter: Document,
): Promise<number> => {
  const [counted] = await surviving(() =>
    collection.aggregate<{ readonly total: number }>([{ $match: filter }, { $count: "total" }])
      .toArray()
  );
  return counted?.total ?? 0;
};

/** Flat where it can be: not every server looks into a conjunction for what an index serves. */
const filterOf = <F extends string>(
  source: Source,
  criteria: readonly Criterion<F>[],
  logic: Selection<F>["logic"],
): Document => {
  const filters = criteria.map((criterion) => conditionOf(source, criterion));
  const [only] = filters;
  if (only === undefined) return source.scope;
  return filters.length === 1
    ? { ...source.scope, ...only }
    : { ...source.scope, [`$${logic}`]: filters };
};

const conditionOf = <F extends string>(
  { idOf }: Source,
  { field, test, value }: Criterion<F>,
): Document => {
  switch (test) {
    case "equals":
      return { [field]: value };
    case "contains":
      return { [field]: { $regex: escaped(value) } };
    case "in":
      return idOf?.field === field
        ? { _id: { $in: value.map(idOf.of) } }
        : { [field]: { $in: value } };
  }
};

/** A pattern that matches a text as it is. */
export const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|\-/#\s]/g, "\\$&");

/** The place of null, as the core has it. */
const NULL_KEY: Readonly<Record<FieldKind, string | number>> = {
  time: Infinity,
  text: "",
  number: 0,
};

const orderOf = ({ inserted }: Source, order: Order | null): readonly Document[] =>
  order === null ? [{ $sort: { [inserted]: 1, _id: 1 } }] : [
    {
      $set: {
        sort_key: { $ifNull: [valueOf(order.value), NULL_KEY[order.kind]] },
      },
    },
    { $sort: { sort_key: order.descending ? -1 : 1, [inserted]: 1, _id: 1 } },
  ];

const valueOf = (value: SortValue): string | Document =>
  "path" in value
    ? `$${value.path.join(".")}`
    : { $subtract: [`$${value.until}`, `$${value.since}`] };
