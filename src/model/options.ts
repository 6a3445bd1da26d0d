/** Judging options, which callers without types may give in any form. */

import { E } from "../deps/fp.ts";
import { describe, isObject, Text } from "./codec.ts";
import { type InvalidArgument, invalidArgument } from "./errors.ts";
import { isNumbers } from "./numbers.ts";

/** Says what an option must be. */
export const refuse = (
  argument: string,
  expected: string,
  actual: unknown,
): E.Either<InvalidArgument, never> =>
  E.left(invalidArgument(argument, `expected ${expected}, got ${describe(actual)}`));

/** The same, and of a text only that it is one: it may be a secret. */
export const refuseQuietly: typeof refuse = (argument, expected, actual) => {
  const kind = typeof actual === "string" ? "a string" : describe(actual);
  return E.left(invalidArgument(argument, `expected ${expected}, got ${kind}`));
};

/** What an option must be: whether a value is that, and how it is said. */
export interface Kind {
  readonly is: (value: unknown) => boolean;
  readonly expected: string;
  /** How another value is told. Default: as it is. */
  readonly refuse?: typeof refuse;
}

/** Whether a value is a text that engines keep, and not an empty one. */
export const isName = (value: unknown): value is string => Text.is(value) && value !== "";

export const NAME: Kind = { is: isName, expected: "a name" };

const isFunction = (value: unknown): boolean => typeof value === "function";

const isBoolean = (value: unknown): boolean => typeof value === "boolean";

export const FUNCTION: Kind = { is: isFunction, expected: "a function" };

export const BOOLEAN: Kind = { is: isBoolean, expected: "a boolean" };

export const BOOLEAN_OR_FUNCTION: Kind = {
  is: (value) => isBoolean(value) || isFunction(value),
  expected: "a boolean or a function",
};

export const SECONDS: Kind = {
  is: (value) => typeof value === "number" && !Number.isNaN(value),
  expected: "seconds",
};

/** An integer of these bounds. */
export const integer = (least: number, most = Infinity): Kind => ({
  is: (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= least && value <= most,
  expected: most === Infinity
    ? `an integer of ${least} or more`
    : `an integer from ${least} to ${most}`,
});

export const NUMBERS: Kind = { is: isNumbers, expected: '"double" or "exact"' };

export const OBJECT: Kind = { is: isObject, expected: "an object", refuse: refuseQuietly };

export const SIGNAL: Kind = {
  is: (value) => value instanceof AbortSignal,
  expected: "an AbortSignal",
};

/** An object with these functions. */
export const functions = (expected: string, ...names: readonly string[]): Kind => ({
  is: (value) =>
    typeof value === "object" && value !== null &&
    names.every((name) => isFunction(Reflect.get(value, name))),
  expected: `${expected} with ${names.join(", ")}`,
});

/** Judges the options that a table names; one that is left out is as it should be. */
export const judge = (
  options: unknown,
  kinds: Readonly<Record<string, Kind>>,
): E.Either<InvalidArgument, void> => {
  if (!isObject(options)) return refuseQuietly("options", OBJECT.expected, options);
  for (const [name, kind] of Object.entries(kinds)) {
    const value = options[name];
    if (value !== undefined && !kind.is(value)) {
      return (kind.refuse ?? refuse)(name, kind.expected, value);
    }
  }
  return E.right(undefined);
};
