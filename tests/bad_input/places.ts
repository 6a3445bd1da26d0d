/** The places of an argument, down to the last field, and what comes of putting something there. */

/** A place of a value. */
export interface Place {
  /** As a fault names it, such as `rollouts[1].config.max_attempts`. */
  readonly path: string;
  /** What it holds. */
  readonly held: unknown;
  /** The whole with another value in this place; without it, for no value at all. */
  readonly with: (value: unknown) => unknown;
  /** The whole without this place. */
  readonly without: () => unknown;
}

/** Every place below a value; what is no plain object or array has none. */
export const placesOf = (whole: unknown, path = ""): readonly Place[] =>
  partsOf(whole).flatMap(({ key, held }) => {
    const here: Place = {
      path: joined(path, key),
      held,
      with: (value) => replaced(whole, key, value),
      without: () => removed(whole, key),
    };
    const below = placesOf(held, here.path).map((place): Place => ({
      ...place,
      with: (value) => here.with(place.with(value)),
      without: () => here.with(place.without()),
    }));
    return [here, ...below];
  });

type Key = string | number;

const partsOf = (whole: unknown): readonly { readonly key: Key; readonly held: unknown }[] =>
  Array.isArray(whole)
    ? whole.map((held, key) => ({ key, held }))
    : typeof whole === "object" && whole !== null
    // The span of an SDK is taken as it is; its own test looks into it.
    ? Object.entries(whole).map(([key, held]) => ({
      key,
      held: key === "readable_span" ? null : held,
    }))
    : [];

const joined = (path: string, key: Key): string =>
  typeof key === "number"
    ? `${path}[${key}]`
    : !/^\w+$/.test(key)
    ? `${path}[${JSON.stringify(key)}]`
    : path === ""
    ? key
    : `${path}.${key}`;

const replaced = (whole: unknown, key: Key, value: unknown): unknown =>
  Array.isArray(whole) ? whole.with(Number(key), value) : { ...Object(whole), [key]: value };

const removed = (whole: unknown, key: Key): unknown =>
  Array.isArray(whole)
    ? replaced(whole, key, undefined)
    : Object.fromEntries(Object.entries(Object(whole)).filter(([name]) => name !== key));
