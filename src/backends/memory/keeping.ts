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

/** By freezing it, so that nobody writes to what comes back, or by leaving it open. */
export const keeping = (numbers: Numbers, frozen: boolean): Keeping => {
  const closed: Keeping["closed"] = frozen ? Object.freeze : (record) => record;

  const numbered = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Object.isFrozen(value)) {
      return numbers === "double" && isWritten(value) ? doubleOf(value) : value;
    }
    changeParts(value, numbered);
    return closed(value);
  };

  const change = frozen
    ? numbered
    : numbers === "double"
    ? (value: unknown) => opened(numbered(value))
    : opened;

  // A number as it was written stands where the types have a number.
  const kept = <A>(value: A): A => change(value) as A;

  return {
    kept,
    closed,
    replaced: (record, fields) => {
      const whole = { ...record, ...fields };
      for (const key in fields) {
        if (typeof fields[key] === "object") whole[key] = kept(whole[key]);
      }
      return closed(whole);
    },
  };
};

/**
 * A value of its own where it had parts that others share, such as the default config. They are
 * frozen, and a frozen list makes all that is around it slow to write as JSON.
 */
const opened = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value;
  changeParts(value, (part) => {
    if (!Object.isFrozen(part) || isWritten(part)) return part;
    return opened(Array.isArray(part) ? [...part] : { ...part });
  });
  return value;
};

/** Changes the parts of data that have parts themselves; an array's indexes are keys too. */
const changeParts = (value: object, change: (part: object) => unknown): void => {
  const parts = value as Record<string, unknown>;
  for (const key of Object.keys(parts)) {
    const part = parts[key];
    if (typeof part !== "object" || part === null) continue;
    const changed = change(part);
    if (changed !== part) setKey(parts, key, changed);
  }
};
