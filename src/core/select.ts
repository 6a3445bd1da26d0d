/** Selections, for engines that have no language of their own. Contract section 2.2. */

import type { Page } from "../model/query.ts";
import type { Criterion, FieldKind, Order, Selection, SortValue } from "./selection.ts";

/** The page that a selection makes of records that come in the order of insertion. */
export const select = <F extends string, A extends object>(
  records: readonly A[],
  { criteria, logic, order, limit, offset }: Selection<F>,
): Page<A> => {
  const tests = criteria.map(testOf);
  const matches = tests.length === 0
    ? records
    : records.filter((record) =>
      logic === "and" ? tests.every((holds) => holds(record)) : tests.some((holds) => holds(record))
    );
  const sorted = order === null ? matches : [...matches].sort(comparing(order));
  const end = limit === -1 ? sorted.length : offset + limit;
  return { items: sorted.slice(offset, end), limit, offset, total: matches.length };
};

const fieldOf = (record: object, field: string): unknown => Reflect.get(record, field);

/** Whether a criterion holds of a record. It may name as many values as there are records. */
const testOf = <F extends string>(criterion: Criterion<F>): (record: object) => boolean => {
  const holds = textTestOf(criterion);
  return (record) => {
    const field = fieldOf(record, criterion.field);
    return typeof field === "string" && holds(field);
  };
};

const textTestOf = <F extends string>(criterion: Criterion<F>): (text: string) => boolean => {
  switch (criterion.test) {
    case "equals":
      return (text) => text === criterion.value;
    case "contains":
      return (text) => text.includes(criterion.value);
    case "in": {
      const values = new Set(criterion.value);
      return (text) => values.has(text);
    }
  }
};

const comparing = ({ value, descending, kind }: Order) => (a: object, b: object): number => {
  const ascending = compare(
    keyOf(a, value) ?? NULL_KEY[kind],
    keyOf(b, value) ?? NULL_KEY[kind],
  );
  return descending ? -ascending : ascending;
};

const keyOf = (record: object, value: SortValue): string | number | null => {
  if ("path" in value) return comparable(value.path.reduce<unknown>(partOf, record));
  const [since, until] = [fieldOf(record, value.since), fieldOf(record, value.until)];
  return typeof since === "number" && typeof until === "number" ? until - since : null;
};

const partOf = (whole: unknown, field: string): unknown =>
  typeof whole === "object" && whole !== null ? fieldOf(whole, field) : null;

const comparable = (value: unknown): string | number | null =>
  typeof value === "string" || typeof value === "number" ? value : null;

const compare = (a: string | number, b: string | number): number =>
  typeof a === "string" && typeof b === "string" ? compareText(a, b) : a < b ? -1 : a > b ? 1 : 0;

/** By code point. JavaScript's `<` goes by UTF-16 unit, which puts U+10000 before U+E000. */
export const compareText = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a.charCodeAt(i) !== b.charCodeAt(i)) return rank(a, i) - rank(b, i);
  }
  return a.length - b.length;
};

const rank = (text: string, i: number): number => {
  const unit = text.charCodeAt(i);
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
};

/** The place of null among the values of a field. */
const NULL_KEY: Readonly<Record<FieldKind, string | number>> = {
  time: Infinity,
  text: "",
  number: 0,
};
