/**
 * JSON as Python writes it: with the bare tokens `NaN`, `Infinity` and `-Infinity`, which are none
 * of JSON's. Source: http-api.md, section 0.4.
 */

import { MAX_DEPTH } from "../model/json.ts";
import { isWritten, parseExact } from "../model/numbers.ts";

/** What stands for a number that JSON does not have. */
export type Substitute = (value: number) => null | string;

/** Nothing, as in an opaque value. */
export const asNull: Substitute = () => null;

/** Its name, as in an attribute of a span, where null would break every reader (H-07). */
export const asName: Substitute = String;

/** A string, which hides what looks like a token in it, or a token that is a value. */
const STRING_OR_TOKEN = /"(?:[^"\\]|\\.)*"|(?:-?\bInfinity\b|\bNaN\b)(?!\s*:)/g;

/**
 * Parses it, with a substitute for each token; numbers whose text a double does not keep stay as they
 * were written. Throws `SyntaxError` as JSON does.
 */
export const parseLenient = (text: string, substitute: Substitute): unknown => {
  try {
    return parseExact(text);
  } catch (cause) {
    if (!/NaN|Infinity/.test(text)) throw cause;
    return parseExact(
      text.replace(
        STRING_OR_TOKEN,
        (found) => found.startsWith('"') ? found : JSON.stringify(substitute(Number(found))),
      ),
    );
  }
};

/** More than a payload may have, wherever in a body it stands: codecs judge those with fewer. */
const DEEPEST = 2 * MAX_DEPTH;

/**
 * A parsed value in which every number is one of JSON's. Throws `RangeError` for one that is nested
 * so deeply that whoever looks into it would overflow the stack.
 */
export const finite = (value: unknown, substitute: Substitute): unknown =>
  // Hardly anybody sends others, and to copy a value takes far longer than to look through it.
  isFiniteWithin(value, 0) ? value : replaced(value, substitute);

const isFiniteWithin = (value: unknown, depth: number): boolean => {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null || isWritten(value)) return true;
  if (depth === DEEPEST) throw new RangeError(`more than ${DEEPEST} levels of nesting`);
  let isFinite = true;
  // To the end, since what comes later may be nested too deeply.
  for (const item of Object.values(value)) isFinite = isFiniteWithin(item, depth + 1) && isFinite;
  return isFinite;
};

const replaced = (value: unknown, substitute: Substitute): unknown => {
  if (typeof value === "number") return Number.isFinite(value) ? value : substitute(value);
  if (typeof value !== "object" || value === null || isWritten(value)) return value;
  if (Array.isArray(value)) return value.map((item) => replaced(item, substitute));
  // What was parsed holds every key as its own.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, replaced(item, substitute)]),
  );
};
