/** What memory keeps of what came; what comes back is what is kept. */

import { setKey } from "../../model/codec.ts";
import { doubleOf, isWritten, type Numbers } from "../../model/numbers.ts";

/** Makes what is kept. */
export interface Keeping {
  /**
   * Keeps a value of data. A decoded value is a copy that nobody else writes to, so it may be
   * changed where it is.
   */
  readonly kept: <A>(value: A) => A;
  /** Keeps a record whose parts are kept already. */
  readonly closed: <A>(record: A) => A;
  /** A kept record with some fields replaced; only these are looked into. */
  readonly replaced: <A extends object, F extends Partial<A>>(record: A, fields: F) => A & F;
}

/** By freezing it, so that nobody writes to what comes back, or as it is. */
export const keeping = (numbers: Numbers, frozen: boolean): Keeping => {
  const closed: Keeping["closed"] = frozen ? Object.freeze : (record) => record;

  const partKept = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Object.isFrozen(value)) {
      return numbers === "double" && isWritten(value) ? doubleOf(value) : value;
    }
    // Data: an array's indexes are keys too.
    const parts = value as Record<string, unknown>;
    for (const key of Object.keys(parts)) {
      const part = parts[key];
      if (typeof part !== "object" || part === null) continue;
      const keptPart = partKept(part);
      if (keptPart !== part) setKey(parts, key, keptPart);
    }
    return closed(value);
  };

  const kept: Keeping["kept"] = frozen || numbers === "double"
    // A number as it was written stands where the types have a number.
    ? <A>(value: A) => partKept(value) as A
    : (value) => value;

  return {
    kept,
    closed,
    replaced: (record, fields) => {
      const whole = { ...record, ...fields };
      for (const key in fields) whole[key] = kept(whole[key]);
      return closed(whole);
    },
  };
};
