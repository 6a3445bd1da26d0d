/**
 * JSON as Python writes it: with the bare tokens `NaN`, `Infinity` and `-Infinity`, which are none
 * of JSON's. Source: http-api.md, section 0.4.
 */

import { MAX_DEPTH } from "../model/json.ts";
import { exactOf, isRaw, parseExact, parseNumbers } from "../model/numbers.ts";

/** A token that is a value, where there is no string. */
const TOKEN = /(?:-?\bInfinity\b|\bNaN\b)(?!\s*:)/g;

/** What stands for a token while the text is parsed: a number that nobody writes. */
const STAND_INS: ReadonlyMap<string, string> = new Map([
  ["NaN", "-1.234567890123457e-301"],
  ["Infinity", "-1.234567890123457e-302"],
  ["-Infinity", "-1.234567890123457e-303"],
]);

const TOKENS: ReadonlyMap<string, string> = new Map(
  [...STAND_INS].map(([token, standIn]) => [standIn, token]),
);

/**
 * Parses it; a token becomes its number, and a number whose text a double does not keep stays as it
 * was written. Throws `SyntaxError` as JSON does.
 */
export const parseLenient = (text: string): unknown => {
  try {
    return parseExact(text);
  } catch (cause) {
    if (!/NaN|Infinity/.test(text)) throw cause;
    return parseReplaced(withoutTokens(text));
  }
};

const parseReplaced = (text: string): unknown => {
  try {
    return parseNumbers(text, (number) => {
      const token = TOKENS.get(number);
      return token === undefined ? exactOf(number) : Number(token);
    });
  } catch (cause) {
    // It tells a place in this text, which nobody has written.
    throw cause instanceof SyntaxError
      ? new SyntaxError(cause.message.replace(/ at position .*/s, ""))
      : cause;
  }
};

/** The text with a number for each token. A string hides what looks like one in it. */
const withoutTokens = (text: string): string => {
  let replaced = "";
  for (let at = 0;;) {
    const quote = text.indexOf('"', at);
    const bare = text.slice(at, quote === -1 ? text.length : quote);
    replaced += bare.replace(TOKEN, (token) => STAND_INS.get(token) ?? token);
    if (quote === -1) return replaced;
    at = endOfString(text, quote);
    replaced += text.slice(quote, at);
  }
};

/** Where a string ends that begins there. */
const endOfString = (text: string, begin: number): number => {
  for (let end = text.indexOf('"', begin + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === "\\") escapes++;
    if (escapes % 2 === 0) return end + 1;
  }
  return text.length;
};

/** More than a payload may have, wherever in a body it stands: codecs judge those with fewer. */
const DEEPEST = 2 * MAX_DEPTH;

/**
 * A parsed value in which every number is one of JSON's: any other is null, or its name below a key
 * called `named`. Throws `RangeError` for a value that is nested so deeply that whoever looks into it
 * would overflow the stack.
 */
export const finite = (value: unknown, named: string | undefined): unknown =>
  // Hardly anybody sends others, and to copy a value takes far longer than to look through it.
  isFiniteWithin(value, 0) ? value : replaced(value, named, false);

const isFiniteWithin = (value: unknown, depth: number): boolean => {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null || isRaw(value)) return true;
  if (depth === DEEPEST) throw new RangeError(`more than ${DEEPEST} levels of nesting`);
  let isFinite = true;
  // To the end, since what comes later may be nested too deeply.
  for (const item of Object.values(value)) isFinite = isFiniteWithin(item, depth + 1) && isFinite;
  return isFinite;
};

const replaced = (value: unknown, named: string | undefined, isNamed: boolean): unknown => {
  if (typeof value === "number") {
    return Number.isFinite(value) ? value : isNamed ? String(value) : null;
  }
  if (typeof value !== "object" || value === null || isRaw(value)) return value;
  if (Array.isArray(value)) return value.map((item) => replaced(item, named, isNamed));
  // What was parsed holds every key as its own.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      replaced(item, named, isNamed || key === named),
    ]),
  );
};
