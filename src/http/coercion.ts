/** What a request says in text, as the codec of the argument wants it. */

import { type Decoder, isObject } from "../model/codec.ts";
import { doubleOf, isWritten } from "../model/numbers.ts";
import type { LeafSchema } from "../model/shape.ts";

/**
 * Numbers that come as text, and those that are as they were written, as numbers: the wire takes
 * both. Nothing else is changed, and nothing within what is opaque.
 */
export const coerced = ({ shape }: Decoder<unknown>, value: unknown): unknown => {
  switch (shape._tag) {
    case "leaf":
      return coercedLeaf(shape.schema, value);
    case "nullable":
      return coerced(shape.part, value);
    case "one of":
      return shape.members.reduce((value, member) => coerced(member, value), value);
    case "list":
      return Array.isArray(value) ? coercedItems(shape.item, value) : value;
    case "record":
      return isObject(value) ? coercedFields(shape.fields, value) : value;
    default:
      return value;
  }
};

/** The same list, where nothing of it is changed. */
const coercedItems = (part: Decoder<unknown>, items: readonly unknown[]): readonly unknown[] => {
  const changed = items.map((item) => coerced(part, item));
  return changed.some((item, i) => item !== items[i]) ? changed : items;
};

/** The same record, where nothing of it is changed. Fields that it does not know are passed by. */
const coercedFields = (
  fields: Fields,
  record: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> => {
  let changed: Record<string, unknown> | null = null;
  for (const key in fields) {
    const part = fields[key]?.part;
    if (part === undefined || !Object.hasOwn(record, key)) continue;
    const value = coerced(part, record[key]);
    if (value === record[key]) continue;
    changed ??= { ...record };
    changed[key] = value;
  }
  return changed ?? record;
};

const coercedLeaf = (schema: LeafSchema, value: unknown): unknown =>
  isWritten(value)
    ? isOfNumbers(schema) ? doubleOf(value) : value
    : typeof value === "string" && isNumeric(schema, value)
    ? Number(value)
    : value;

/** The fields of a query string. A scalar that is repeated counts by its last value. */
export const readQuery = (
  { shape }: Decoder<unknown>,
  query: URLSearchParams,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    [...new Set(query.keys())].map((key) => {
      const part = shape._tag === "record" ? partAt(shape.fields, key) : null;
      const values = query.getAll(key);
      return [key, part !== null && isList(part) ? values : values.at(-1)];
    }),
  );

type Fields = Readonly<Record<string, { readonly part: Decoder<unknown> }>>;

const partAt = (
  fields: Fields,
  key: string,
): Decoder<unknown> | null => Object.hasOwn(fields, key) ? fields[key]?.part ?? null : null;

const isList = ({ shape }: Decoder<unknown>): boolean =>
  shape._tag === "list" || shape._tag === "nullable" && isList(shape.part);

const isOfNumbers = ({ type }: LeafSchema): boolean => type === "integer" || type === "number";

const isNumeric = ({ type }: LeafSchema, text: string): boolean =>
  type === "integer"
    ? /^\s*[+-]?\d+(\.0*)?\s*$/.test(text)
    : type === "number" && /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(text);
