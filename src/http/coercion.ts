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
      return Array.isArray(value) ? value.map((item) => coerced(shape.item, item)) : value;
    case "record":
      return !isObject(value) ? value : Object.fromEntries(
        Object.entries(value).map(([key, item]) => {
          const part = partAt(shape.fields, key);
          return [key, part === null ? item : coerced(part, item)];
        }),
      );
    default:
      return value;
  }
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

const partAt = (
  fields: Readonly<Record<string, { readonly part: Decoder<unknown> }>>,
  key: string,
): Decoder<unknown> | null => Object.hasOwn(fields, key) ? fields[key]?.part ?? null : null;

const isList = ({ shape }: Decoder<unknown>): boolean =>
  shape._tag === "list" || shape._tag === "nullable" && isList(shape.part);

const isOfNumbers = ({ type }: LeafSchema): boolean => type === "integer" || type === "number";

const isNumeric = ({ type }: LeafSchema, text: string): boolean =>
  type === "integer"
    ? /^\s*[+-]?\d+(\.0*)?\s*$/.test(text)
    : type === "number" && /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(text);
