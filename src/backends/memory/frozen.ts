/** Freezing of what memory keeps, since what comes back is what is kept. */

import { setKey } from "../../model/codec.ts";
import { doubleOf, isWritten, type Numbers } from "../../model/numbers.ts";

/** Makes what is kept of what came. */
export interface Freezing {
  /**
   * Freezes a value of data and everything in it, as far as it is not frozen already. A decoded
   * value is a copy that nobody else writes to, so it may be frozen where it is.
   */
  readonly frozen: <A>(value: A) => A;
  /** A frozen record with some fields replaced; only these are looked into. */
  readonly replaced: <A extends object, F extends Partial<A>>(record: A, fields: F) => A & F;
}

export const freezing = (numbers: Numbers): Freezing => {
  const kept = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Object.isFrozen(value)) {
      return numbers === "double" && isWritten(value) ? doubleOf(value) : value;
    }
    // Data: an array's indexes are keys too.
    const parts = value as Record<string, unknown>;
    for (const key of Object.keys(parts)) {
      const part = parts[key];
      if (typeof part !== "object" || part === null) continue;
      const keptPart = kept(part);
      if (keptPart !== part) setKey(parts, key, keptPart);
    }
    return Object.freeze(value);
  };

  // A number as it was written stands where the types have a number.
  const frozen = <A>(value: A): A => kept(value) as A;

  return {
    frozen,
    replaced: (record, fields) => {
      const whole = { ...record, ...fields };
      for (const key in fields) whole[key] = frozen(whole[key]);
      return Object.freeze(whole);
    },
  };
};
