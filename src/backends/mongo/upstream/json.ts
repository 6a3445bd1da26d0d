/**
 * BSON values as JSON. An integer of 64 bits may have more digits than a double holds: it is read as
 * a BigInt, judged as the double next to it, and written with all of its digits.
 */

import { isObject, setKey } from "../../../model/codec.ts";

/** A BSON value in terms of JSON. What has no such form stays what it is, for a codec to refuse. */
export interface Conversion {
  /** The value, with a BigInt for every integer that no double holds. */
  readonly exact: unknown;
  /** The value with the nearest double for each of these: what a codec can judge. */
  readonly value: unknown;
  /** How many values within it have another form than they had. */
  readonly converted: number;
}

/** What becomes of `NaN` and the infinities, which JSON does not know. */
export type NonFinite = "null" | "text";

/** Takes a value as it comes from the driver with `useBigInt64`. */
export const conversionOf = (bson: unknown, nonFinite: NonFinite): Conversion => {
  const tally = { converted: 0, isWide: false };
  const exact = convert(bson, nonFinite, tally);
  return { exact, value: tally.isWide ? rounded(exact) : exact, converted: tally.converted };
};

/** What a conversion finds on its way. */
interface Tally {
  converted: number;
  /** Whether there is any BigInt. */
  isWide: boolean;
}

const convert = (value: unknown, nonFinite: NonFinite, tally: Tally): unknown => {
  switch (typeof value) {
    case "bigint":
      return narrowed(value, tally);
    case "number":
      if (Number.isFinite(value)) return value;
      tally.converted++;
      return nonFinite === "null" ? null : String(value);
    case "object":
      if (value === null) return null;
      if (Array.isArray(value)) return convertArray(value, nonFinite, tally);
      return isObject(value)
        ? convertObject(value, nonFinite, tally)
        : convertInstance(value, nonFinite, tally);
    default:
      return value;
  }
};

const narrowed = (value: bigint, tally: Tally): number | bigint => {
  const nearest = Number(value);
  if (Number.isSafeInteger(nearest)) return nearest;
  tally.isWide = true;
  return value;
};

const convertArray = (
  values: readonly unknown[],
  nonFinite: NonFinite,
  tally: Tally,
): readonly unknown[] => {
  // An attribute is an array of one kind: where one number must be a text, all are.
  const isAllText = nonFinite === "text" && values.every(isNumber) &&
    values.some((it) => typeof it === "number" && !Number.isFinite(it));
  if (!isAllText) return values.map((it) => convert(it, nonFinite, tally));
  tally.converted += values.length;
  return values.map(String);
};

const isNumber = (value: unknown): boolean =>
  typeof value === "number" || typeof value === "bigint";

const convertObject = (
  fields: Readonly<Record<string, unknown>>,
  nonFinite: NonFinite,
  tally: Tally,
): Readonly<Record<string, unknown>> => {
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) setKey(out, key, convert(fields[key], nonFinite, tally));
  return out;
};

/** By the names that BSON gives its types: the classes may come from another copy of the driver. */
const convertInstance = (value: object, nonFinite: NonFinite, tally: Tally): unknown => {
  if (value instanceof Date) {
    tally.converted++;
    // BSON knows instants that JavaScript does not.
    return Number.isNaN(value.getTime()) ? null : value.toISOString();
  }
  switch (Reflect.get(value, "_bsontype")) {
    case "Binary":
      tally.converted++;
      return Reflect.apply(Reflect.get(value, "toString"), value, ["base64"]);
    case "ObjectId":
    case "Decimal128":
      tally.converted++;
      return String(value);
    case "DBRef":
      // An object with the keys `$ref` and `$id` is one for the driver, and is data here.
      return convert(Reflect.apply(Reflect.get(value, "toJSON"), value, []), nonFinite, tally);
    default:
      return value;
  }
};

const rounded = (value: unknown): unknown => {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(rounded);
  if (!isObject(value)) return value;
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(value)) setKey(out, key, rounded(value[key]));
  return out;
};

/** The JSON of a decoded value, with the digits that the value beside it has in the same places. */
export const jsonText = (decoded: unknown, exact: unknown): string =>
  isWide(exact) ? write(decoded, exact) : JSON.stringify(decoded);

const isWide = (value: unknown): boolean =>
  typeof value === "bigint" ||
  (Array.isArray(value)
    ? value.some(isWide)
    : isObject(value) && Object.values(value).some(isWide));

const write = (decoded: unknown, exact: unknown): string => {
  if (typeof decoded === "number" && typeof exact === "bigint") return String(exact);
  if (Array.isArray(decoded)) {
    const items: readonly unknown[] = Array.isArray(exact) ? exact : [];
    return `[${decoded.map((it, i) => write(it, items[i])).join(",")}]`;
  }
  if (isObject(decoded)) {
    const fields = Object.entries(decoded).map(([key, value]) =>
      `${JSON.stringify(key)}:${write(value, fieldOf(exact, key))}`
    );
    return `{${fields.join(",")}}`;
  }
  return JSON.stringify(decoded);
};

/** A field of an object; nothing for what is no object or has no such field. */
export const fieldOf = (value: unknown, key: string): unknown =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
