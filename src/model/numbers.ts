/**
 * Numbers as they were written. JSON tells `1` from `1.0` and holds any number of digits; a double
 * does neither. Source: http-api.md, section 0.4.
 */

import { parse } from "../deps/json.ts";

/**
 * What becomes of a number in an opaque value whose text a double does not keep, such as `1.0` or
 * `12345678901234567890`. `double`: the nearest number. `exact`: an object of `JSON.rawJSON`, which
 * `JSON.stringify` writes as it was; a runtime without it has `double` all the same.
 */
export type Numbers = "double" | "exact";

/** Whether a word is one of them. */
export const isNumbers = (word: unknown): word is Numbers => word === "double" || word === "exact";

/** A number with the text that it was written with: what `JSON.rawJSON` makes. */
export interface WrittenNumber {
  /** The text. */
  readonly rawJSON: string;
}

/** Parses JSON that is known to hold an `A`. */
export type ParseJson = <A>(text: string) => A;

/** What newer runtimes have and the types of older ones do not. */
interface JsonOfNumbers extends Omit<JSON, "parse"> {
  readonly rawJSON?: (text: string) => WrittenNumber;
  readonly isRawJSON?: (value: unknown) => boolean;
  readonly parse: (text: string, reviver?: Reviver) => unknown;
}

/** Makes of a value what it shall be; a number comes with its text where there is `rawJSON`. */
type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

const { rawJSON, isRawJSON, parse: revive }: JsonOfNumbers = JSON;

/** The parser of a kind. */
export const parserOf = (numbers: Numbers): ParseJson =>
  numbers === "exact" ? parseExact : parseNearest;

/**
 * What stands where an array or an object has a number that a double may not keep: all but short
 * integers. Within a string too, where it costs time and nothing else.
 */
const UNSURE = /[[,:]\s*(-?\d+[.eE][\d.eE+-]*|-?\d{16,}|-0)/g;

/** Parses JSON; a number whose text a double does not keep becomes a {@linkcode WrittenNumber}. */
export const parseExact: ParseJson = <A>(text: string): A =>
  // The caller knows what the text holds.
  (rawJSON === undefined
    ? parseNearest(text)
    : areKept(text)
    ? JSON.parse(text)
    : parseNumbers(text, exactOf)) as A;

/** What a text holds where one of its numbers may be beyond all doubles. */
const MAY_BE_BEYOND = /\d{309}|[eE]\+?\d{3}/;

/** Parses JSON; a number that is beyond all doubles becomes the last one on its side. */
export const parseNearest: ParseJson = <A>(text: string): A =>
  // The caller knows what the text holds.
  (MAY_BE_BEYOND.test(text) ? parseNumbers(text, nearestTo) : JSON.parse(text)) as A;

const nearestTo = (text: string): number =>
  Math.max(-Number.MAX_VALUE, Math.min(Number(text), Number.MAX_VALUE)) + 0;

/** A number of JSON, by its text. */
export const exactOf = (text: string): number | WrittenNumber =>
  rawJSON === undefined || isKept(text) ? Number(text) : rawJSON(text);

/** A key that the parser takes for the prototype where objects have an accessor for that. */
const MAY_NAME_PROTOTYPE = /__proto__|\\u00[5-7]/;

/** Parses JSON; a number becomes what is made of its text. Throws `SyntaxError` as JSON does. */
export const parseNumbers = (text: string, numberOf: (text: string) => unknown): unknown => {
  try {
    return MAY_NAME_PROTOTYPE.test(text)
      // The platform takes several times as long for it.
      ? revive(
        text,
        (_, value, context) =>
          typeof value === "number" ? numberOf(context?.source ?? String(value)) : value,
      )
      : parse(text, undefined, (_, number) => numberOf(number));
  } catch {
    // The platform refuses the same texts, in a line.
    return JSON.parse(text);
  }
};

/** Whether doubles keep all numbers of a text. To parse it with regard to each takes twice as long. */
const areKept = (text: string): boolean => {
  // The whole text may be one.
  if (/^\s*-?\d/.test(text)) return isKept(text.trim());
  for (const [, number = ""] of text.matchAll(UNSURE)) if (!isKept(number)) return false;
  return true;
};

const isKept = (number: string): boolean => String(Number(number)) === number;

/** A float, written with a fraction or an exponent even where it has no need of one. */
export const asFloat = (value: number): number =>
  Number.isInteger(value) && Math.abs(value) < 1e21 ? writtenOf(`${value}.0`) : value;

/** An integer, with all of its digits. */
export const asInteger = (value: bigint): number => {
  const nearest = Number(value);
  return Number.isSafeInteger(nearest) ? nearest : writtenOf(String(value));
};

/** It stands where the types have a number. */
const writtenOf = (text: string): number =>
  rawJSON === undefined ? Number(text) : rawJSON(text) as unknown as number;

/** Whether a value is JSON as it was written, which need not be a number. */
export const isRaw = (value: unknown): value is WrittenNumber => isRawJSON?.(value) ?? false;

/**
 * A number of JSON, but for integers of more digits than Python reads: one of those would make what
 * holds it unreadable there. Source: docs.python.org, "Integer string conversion length limitation".
 */
const READABLE = /^-?\d{1,4300}(?!\d)/;

/** Whether a value is a number as it was written. */
export const isWritten = (value: unknown): value is WrittenNumber =>
  isRaw(value) && READABLE.test(value.rawJSON);

/** The nearest double of a number, however it is kept; null for any other value. */
export const nearestOf = (value: unknown): number | null =>
  typeof value === "number" ? value : isWritten(value) ? doubleOf(value) : null;

/** The nearest double. */
export const doubleOf = ({ rawJSON }: WrittenNumber): number => nearestTo(rawJSON);
