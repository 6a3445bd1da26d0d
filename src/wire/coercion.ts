/** What a request says in text, as the codec of the argument wants it. */

import { type Decoder, isObject } from "../model/codec.ts";
import { nearestOf } from "../model/numbers.ts";
import type { LeafSchema } from "../model/shape.ts";

/**
 * Numbers that come as text, and those that are as they were written, as numbers: the wire takes
 * both. Nothing else is changed, and nothing within what is opaque. What holds nothing that is
 * changed comes back as it is, and the rest as a copy.
 */
export const coerced = (part: Decoder<unknown>, value: unknown): unknown => {
  const change = changeOf(part);
  return change === null ? value : change(value);
};

/** What is done to a value; null for nothing. */
type Change = ((value: unknown) => unknown) | null;

const known = new WeakMap<Decoder<unknown>, Change>();

/** The change of a codec is found once: few of its parts are numbers, and most values are good. */
const changeOf = (part: Decoder<unknown>): Change => {
  let change = known.get(part);
  if (change === undefined) {
    change = changeMade(part);
    known.set(part, change);
  }
  return change;
};

const changeMade = ({ shape }: Decoder<unknown>): Change => {
  switch (shape._tag) {
    case "leaf":
      return isOfNumbers(shape.schema) ? (value) => numberOf(shape.schema, value) : null;
    case "nullable":
      return changeOf(shape.part);
    case "one of":
      return inTurn(shape.members.map(changeOf));
    case "list":
      return inItems(changeOf(shape.item));
    case "record":
      return inFields(
        Object.entries(shape.fields).map(([key, { part }]) => [key, changeOf(part)]),
      );
    default:
      return null;
  }
};

const numberOf = (schema: LeafSchema, value: unknown): unknown =>
  typeof value === "string"
    ? isNumeric(schema, value) ? Number(value) : value
    : nearestOf(value) ?? value;

const inTurn = (changes: readonly Change[]): Change => {
  const some = changes.filter((change) => change !== null);
  return some.length === 0
    ? null
    : (value) => some.reduce((changed, change) => change(changed), value);
};

const inItems = (change: Change): Change =>
  change === null ? null : (value) => {
    if (!Array.isArray(value)) return value;
    const changed = value.map(change);
    return changed.some((item, i) => item !== value[i]) ? changed : value;
  };

/** Fields that it does not know are passed by. */
const inFields = (fields: readonly (readonly [key: string, change: Change])[]): Change => {
  const some = fields.flatMap(([key, change]) => change === null ? [] : [{ key, change }]);
  return some.length === 0 ? null : (value) => {
    if (!isObject(value)) return value;
    let copy: Record<string, unknown> | null = null;
    for (const { key, change } of some) {
      if (!Object.hasOwn(value, key)) continue;
      const changed = change(value[key]);
      if (changed === value[key]) continue;
      copy ??= { ...value };
      copy[key] = changed;
    }
    return copy ?? value;
  };
};

/** The fields of a query string. A scalar that is repeated counts by its last value. */
export const readQuery = (
  { shape }: Decoder<unknown>,
  query: URLSearchParams,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    [...new Set(query.keys())].map((key) => {
      const part = shape._tag === "record" && Object.hasOwn(shape.fields, key)
        ? shape.fields[key]?.part
        : undefined;
      const values = query.getAll(key);
      return [key, part !== undefined && isList(part) ? values : values.at(-1)];
    }),
  );

const isList = ({ shape }: Decoder<unknown>): boolean =>
  shape._tag === "list" || shape._tag === "nullable" && isList(shape.part);

const isOfNumbers = ({ type }: LeafSchema): boolean => type === "integer" || type === "number";

const isNumeric = ({ type }: LeafSchema, text: string): boolean =>
  type === "integer"
    ? /^\s*[+-]?\d+(\.0*)?\s*$/.test(text)
    : type === "number" && /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(text);
