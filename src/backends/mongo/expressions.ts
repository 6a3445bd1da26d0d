/** Values in the updates that are pipelines, where a string may otherwise be read as a path. */

/** A value as it is. */
export const literal = (value: unknown): { readonly $literal: unknown } => ({ $literal: value });

/** The fields of an object as they are. */
export const literals = (fields: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, literal(value)]));
