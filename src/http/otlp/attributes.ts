/** Values of OTLP as attributes of the store. Source: http-api.md, section 3.4. */

import { setKey } from "../../model/codec.ts";
import type { Json } from "../../model/json.ts";
import { asFloat, asInteger, isWritten } from "../../model/numbers.ts";
import type { Attributes, AttributeValue } from "../../model/span.ts";
import type { AnyValue, KeyValue } from "./traces.ts";

/** How much more may be written down than was sent. */
export interface Allowance {
  /** In characters; below zero when it is used up. */
  left: number;
}

/**
 * Attributes that every reader can hold: maps are flattened with dotted keys, lists of several kinds
 * become JSON text, and keys without value are dropped. Of equal keys, the last one counts.
 */
export const attributesOf = (sent: readonly KeyValue[], allowance: Allowance): Attributes => {
  const attributes: Record<string, AttributeValue> = {};
  for (const { key, value } of sent) put(attributes, key, value, allowance);
  return attributes;
};

const put = (
  attributes: Record<string, AttributeValue>,
  key: string,
  value: AnyValue,
  allowance: Allowance,
): void => {
  if (value._tag !== "map" || value.values.length === 0) {
    const stored = attributeOf(value);
    if (stored !== null) setKey(attributes, key, stored);
    return;
  }
  for (const entry of value.values) {
    // A long key of a map is written again for each of its entries.
    allowance.left -= key.length;
    if (allowance.left < 0) return;
    put(attributes, `${key}.${entry.key}`, entry.value, allowance);
  }
};

const attributeOf = (value: AnyValue): AttributeValue | null => {
  if (value._tag !== "array") return scalarOf(value) ?? textOf(value);
  const values = value.values.map(scalarOf);
  return values.every(isString)
    ? values
    : values.every(isNumber)
    ? values
    : values.every(isBoolean)
    ? values
    : textOf(value);
};

const isString = (u: unknown): u is string => typeof u === "string";
const isNumber = (u: unknown): u is number => typeof u === "number" || isWritten(u);
const isBoolean = (u: unknown): u is boolean => typeof u === "boolean";

const scalarOf = (value: AnyValue): string | boolean | number | null => {
  switch (value._tag) {
    case "string":
    case "bool":
    case "bytes":
      return value.value;
    case "int":
      return asInteger(value.value);
    case "double":
      // JSON has no others.
      return Number.isFinite(value.value) ? asFloat(value.value) : String(value.value);
    default:
      return null;
  }
};

const jsonOf = (value: AnyValue): Json => {
  switch (value._tag) {
    case "array":
      return value.values.map(jsonOf);
    case "map": {
      const object: Record<string, Json> = {};
      for (const { key, value: of } of value.values) setKey(object, key, jsonOf(of));
      return object;
    }
    default:
      return scalarOf(value);
  }
};

/** A value as text, in the words of the Python server; null for none. */
export const textOf = (value: AnyValue): string | null => {
  switch (value._tag) {
    case "none":
      return null;
    case "string":
    case "bytes":
      return value.value;
    case "bool":
      return value.value ? "True" : "False";
    case "int":
      return String(value.value);
    case "double":
      return Number.isInteger(value.value) ? `${value.value}.0` : String(value.value);
    default:
      return JSON.stringify(jsonOf(value));
  }
};
