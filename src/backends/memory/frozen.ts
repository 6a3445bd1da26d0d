/** Freezing of what memory keeps, since what comes back is what is kept. */

/**
 * Freezes a value of data and everything in it, as far as it is not frozen already. A decoded value
 * is a copy that nobody else writes to, so it may be frozen where it is.
 */
export const frozen = <A>(value: A): A => {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
};

/** A frozen record with some fields replaced; only these are looked into. */
export const replaced = <A extends object, F extends Partial<A>>(record: A, fields: F): A & F => {
  for (const key in fields) frozen(fields[key]);
  return Object.freeze({ ...record, ...fields });
};
