/**
 * The building blocks of the model's codecs, over io-ts.
 *
 * A {@linkcode Codec} is an io-ts type with one addition: `read` decodes without building an
 * error. Decoding is on every hot path and almost always succeeds, so the path and the words of a
 * fault are only made once `read` has failed.
 *
 * What a codec decodes is a deep copy: nothing that a caller holds is shared with the store.
 */

import { E } from "../deps/fp.ts";
import { t } from "../deps/io.ts";
import { type Fault, type Validation, validation } from "./errors.ts";
import { isRaw } from "./numbers.ts";
import type { LeafSchema, Shape } from "./shape.ts";

/**
 * What `read` answers instead of a value.
 *
 * @example
 * ```ts
 * import { FAULT, RolloutMode } from "@lightning/store";
 *
 * console.log(RolloutMode.read("eval") === FAULT); // true
 * ```
 */
export const FAULT: unique symbol = Symbol("fault");

/** The decoding half of a codec, which larger codecs are built from. */
export interface Decoder<A> extends t.Decoder<unknown, A> {
  /** Whether a value has the decoded form. */
  readonly is: (input: unknown) => input is A;
  /** Decodes to a deep copy, or to the fault mark, without building an error. */
  readonly read: (input: unknown) => A | typeof FAULT;
  /** Finds every fault of a value that `read` refused. */
  readonly explain: (input: unknown, context: t.Context) => t.Errors;
  /** What it is made of. */
  readonly shape: Shape;
}

/**
 * An io-ts type from unknown input to `A`; `O` is the form that a caller may write, in which fields
 * with a default may be left out. Its name says in words what is expected.
 */
export interface Codec<A, O = A> extends t.Type<A, O, unknown> {
  /** Decodes to a deep copy, or to the fault mark, without building an error. */
  readonly read: (input: unknown) => A | typeof FAULT;
  /** Finds every fault of a value that `read` refused. */
  readonly explain: (input: unknown, context: t.Context) => t.Errors;
  /** What it is made of. */
  readonly shape: Shape;
}

/**
 * Decodes an argument called `name`; a `Validation` names every fault by its path.
 *
 * @example
 * ```ts
 * import { decode, RolloutConfig } from "@lightning/store";
 *
 * const decoded = decode(RolloutConfig, { max_attempts: 0 }, "config");
 * if (decoded._tag === "Left") console.log(decoded.left.message);
 * // config.max_attempts: expected an integer of at least 1, got 0
 * ```
 */
export const decode = <A, O>(
  part: Codec<A, O>,
  input: unknown,
  name = "",
): E.Either<Validation, A> => {
  const value = attempt(() => part.read(input));
  return value === FAULT ? E.left(faultsOf(part, input, name)) : E.right(value);
};

/** A getter or a proxy of the caller's may throw; that is bad input, not a crash. */
const attempt = <A>(read: () => A | typeof FAULT): A | typeof FAULT => {
  try {
    return read();
  } catch {
    return FAULT;
  }
};

const faultsOf = <A, O>(part: Codec<A, O>, input: unknown, name: string): Validation => {
  try {
    const decoded = part.validate(input, [{ key: name, type: part, actual: input }]);
    return validation(
      E.isLeft(decoded) && decoded.left.length > 0
        ? decoded.left.map(faultOf)
        : [unreadable(part.name, name)],
    );
  } catch {
    return validation([unreadable(part.name, name)]);
  }
};

const unreadable = (expected: string, path: string): Fault => ({
  path,
  expected,
  actual: UNREADABLE,
});

const UNREADABLE = "a value that throws when it is read";

const faultOf = ({ value, context, message }: t.ValidationError): Fault => ({
  path: context.map(({ key }) => key).reduce(joinPath, ""),
  expected: context[context.length - 1]?.type.name ?? "another value",
  actual: message ?? describe(value),
});

/** A fault's path, and one key more. */
export const joinPath = (path: string, key: string): string =>
  key === "" && path === ""
    ? ""
    : /^\d+$/.test(key)
    ? `${path}[${key}]`
    : !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)
    ? `${path}[${JSON.stringify(key)}]`
    : path === ""
    ? key
    : `${path}.${key}`;

/** Says in a few words what a value is. */
export const describe = (value: unknown): string => {
  switch (typeof value) {
    case "undefined":
      return "nothing";
    case "string":
      return shorten(JSON.stringify(value));
    case "bigint":
      return `the BigInt ${shorten(String(value))}`;
    case "function":
      return "a function";
    case "symbol":
      return "a symbol";
    case "object":
      return value === null ? "null" : describeObject(value);
    default:
      return String(value);
  }
};

const describeObject = (value: object): string => {
  try {
    if (Array.isArray(value)) return "an array";
    const made = Object.getPrototypeOf(value)?.constructor;
    return typeof made !== "function" || made === Object
      ? "an object"
      : `a ${made.name || "class"}`;
  } catch {
    // A proxy may throw at any look.
    return UNREADABLE;
  }
};

const shorten = (text: string): string => text.length > 60 ? `${text.slice(0, 57)}...` : text;

/** A codec from what it expects, how it reads, and how it explains a fault. */
export const codec = <A, O = A>(
  { name, is, read, explain, shape }: Pick<
    Decoder<A>,
    "name" | "is" | "read" | "explain" | "shape"
  >,
): Codec<A, O> =>
  Object.assign(
    new t.Type<A, O, unknown>(
      name,
      is,
      (input, context) => {
        const value = attempt(() => read(input));
        return value === FAULT ? t.failures(explain(input, context)) : t.success(value);
      },
      // A record is written as it is: the decoded form is one of the forms that a caller may write.
      (value) => value as unknown as O,
    ),
    { read, explain, shape },
  );

/** A codec that judges a value as a whole; `schema` says as much of its rule as it can. */
export const leaf = <A>(
  name: string,
  read: (input: unknown) => A | typeof FAULT,
  schema: LeafSchema = {},
): Codec<A> =>
  codec({
    name,
    shape: { _tag: "leaf", schema },
    is: (input): input is A => read(input) !== FAULT,
    read,
    explain: (value, context) => [{ value, context }],
  });

/** Text for ids and other values that a store looks up by: no engine holds every string there. */
export const Text: Codec<string> = leaf(
  "a string without NUL or lone surrogates",
  (u) => typeof u === "string" && u.isWellFormed() && !u.includes("\0") ? u : FAULT,
  { type: "string", pattern: "^[^\\u0000]*$" },
);

/** Text that tells what something is: what no engine holds of it, and nobody reads, is replaced. */
export const Label: Codec<string> = leaf(
  "a string",
  (u) =>
    typeof u !== "string"
      ? FAULT
      : u.isWellFormed() && !u.includes("\0")
      ? u
      : u.toWellFormed().replaceAll("\0", "\ufffd"),
  { type: "string" },
);

/** Any string. */
export const AnyString: Codec<string> = leaf(
  "a string",
  (u) => typeof u === "string" ? u : FAULT,
  { type: "string" },
);

/** `true` or `false`. */
export const Flag: Codec<boolean> = leaf(
  "a boolean",
  (u) => typeof u === "boolean" ? u : FAULT,
  { type: "boolean" },
);

/** A finite number. `-0` becomes `0`, as in JSON. */
export const Float: Codec<number> = leaf(
  "a finite number",
  (u) => typeof u === "number" && Number.isFinite(u) ? u + 0 : FAULT,
  { type: "number" },
);

/** Reads integers of at least `least`; those beyond `farthest`, on either side, count as that one. */
const integers = (farthest: number, least = -Infinity) => (u: unknown): number | typeof FAULT =>
  typeof u === "number" && Number.isInteger(u) && u >= least
    ? Math.max(-farthest, Math.min(u, farthest)) + 0
    : FAULT;

/**
 * An integer that counts something. Nobody counts farther than a double does exactly, so that any
 * beyond that is as good as the last one.
 */
export const Integer: Codec<number> = leaf("an integer", integers(Number.MAX_SAFE_INTEGER), {
  type: "integer",
});

/** An {@linkcode Integer} of at least `least`. */
export const integerFrom = (least: number): Codec<number> =>
  leaf(`an integer of at least ${least}`, integers(Number.MAX_SAFE_INTEGER, least), {
    type: "integer",
    minimum: least,
  });

/** The last integer before 2^63 that a double holds: every engine keeps it. */
const LAST = 2 ** 63 - 2 ** 10;

/** An integer that puts things in order, such as a time in nanoseconds: the nearest double is kept. */
export const Ordinal: Codec<number> = leaf("an integer", integers(LAST), { type: "integer" });

/** One of a closed set of words. */
export const oneOf = <const W extends string>(...words: readonly W[]): Codec<W> => {
  const known = new Map<unknown, W>(words.map((word) => [word, word]));
  return leaf(
    `${words.length > 1 ? "one of " : ""}${words.map((word) => `"${word}"`).join(", ")}`,
    (u) => known.get(u) ?? FAULT,
    { type: "string", enum: words },
  );
};

/** A leaf whose values are judged more closely later, by the rule of `schema`. */
export const judgedLater = <A>(part: Codec<A>, schema: LeafSchema): Codec<A> => {
  const { shape } = part;
  const known = shape._tag === "leaf" ? shape.schema : {};
  return codec({ ...part, shape: { _tag: "leaf", schema: { ...known, ...schema } } });
};

/** `part` or null. */
export const nullable = <A, O = A>(part: Decoder<A>): Codec<A | null, O | null> =>
  codec<A | null, O | null>({
    name: `${part.name} or null`,
    shape: { _tag: "nullable", part },
    is: (u): u is A | null => u === null || part.is(u),
    read: (u) => u === null ? null : part.read(u),
    explain: part.explain,
  });

/** An array of `part`. */
export const list = <A, O = A>(part: Decoder<A>): Codec<readonly A[], readonly O[]> =>
  codec<readonly A[], readonly O[]>({
    name: "an array",
    shape: { _tag: "list", item: part },
    is: (u): u is readonly A[] => Array.isArray(u) && u.every(part.is),
    read: (u) => {
      if (!Array.isArray(u)) return FAULT;
      const out: A[] = [];
      for (let i = 0; i < u.length; i++) {
        const value = part.read(u[i]);
        if (value === FAULT) return FAULT;
        out.push(value);
      }
      return out;
    },
    explain: (u, context) =>
      Array.isArray(u)
        ? explainEach(part, u.keys(), (i) => u[i], context)
        : [{ value: u, context }],
  });

/** An object from any key to `part`. */
export const dictionary = <A>(part: Decoder<A>): Codec<Readonly<Record<string, A>>> =>
  codec<Readonly<Record<string, A>>>({
    name: "an object",
    shape: { _tag: "dictionary", item: part },
    is: (u): u is Readonly<Record<string, A>> => isObject(u) && Object.values(u).every(part.is),
    read: (u) => {
      if (!isObject(u)) return FAULT;
      const out: Record<string, A> = {};
      for (const key of Object.keys(u)) {
        const value = part.read(u[key]);
        if (value === FAULT) return FAULT;
        setKey(out, key, value);
      }
      return out;
    },
    explain: (u, context) =>
      isObject(u)
        ? explainEach(part, Object.keys(u), (key) => u[key], context)
        : [{ value: u, context }],
  });

/** As many faults as a message can be read with; no more are looked for. */
const MOST_FAULTS = 100;

/** Explains values of one kind, of which there may be any number. */
const explainEach = <A, K extends string | number>(
  part: Decoder<A>,
  keys: Iterable<K>,
  valueAt: (key: K) => unknown,
  context: t.Context,
): t.Errors => {
  const errors: t.ValidationError[] = [];
  for (const key of keys) {
    errors.push(...explainAt(part, () => valueAt(key), context, String(key)));
    if (errors.length >= MOST_FAULTS) break;
  }
  return errors;
};

/** Explains the value under a key; a getter or a proxy that throws is a fault of that key's. */
const explainAt = <A>(
  part: Decoder<A>,
  get: () => unknown,
  context: t.Context,
  key: string,
): t.Errors => {
  const at = (actual: unknown) => [...context, { key, type: part, actual }];
  const unreadable = [{ value: undefined, context: at(undefined), message: UNREADABLE }];
  try {
    const value = get();
    if (attempt(() => part.read(value)) !== FAULT) return [];
    const errors = part.explain(value, at(value));
    return errors.length > 0 ? errors : unreadable;
  } catch {
    return unreadable;
  }
};

/** Sets a key as data, `__proto__` included. */
export const setKey = <A>(target: Record<string, A>, key: string, value: A): void => {
  if (key !== "__proto__") {
    target[key] = value;
  } else {
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
};

/**
 * Whether a value is an object that is data: neither an array, nor an instance of a class, nor a
 * number as it was written.
 */
export const isObject = (u: unknown): u is Readonly<Record<string, unknown>> => {
  if (typeof u !== "object" || u === null || Array.isArray(u)) return false;
  const prototype = Object.getPrototypeOf(u);
  if (prototype === null) return !isRaw(u);
  return prototype === Object.prototype ||
    // `Object.prototype` of another realm, such as a worker's or a frame's.
    Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "hasOwnProperty");
};

/** A field that may be left out: `absent` makes its value then, or says that it stays absent. */
export interface Field<A> {
  readonly part: Decoder<A>;
  readonly absent: "stays absent" | (() => A);
}

/** A field that is `value()` when it is left out or null. */
export const orElse = <A>(part: Decoder<A>, value: () => A): Field<A> => ({
  part: codec<A>({
    name: part.is(null) ? part.name : `${part.name} or null`,
    shape: part.is(null) ? part.shape : { _tag: "nullable", part },
    is: part.is,
    read: (u) => u === null ? value() : part.read(u),
    explain: part.explain,
  }),
  absent: value,
});

/** A field that is `value()` when it is left out. */
export const withDefault = <A>(part: Decoder<A>, value: () => A): Field<A> => ({
  part,
  absent: value,
});

/** A field that stays absent when it is left out. */
export const optional = <A>(part: Decoder<A>): Field<A> => ({ part, absent: "stays absent" });

/** How each field of `A` is decoded: a bare codec makes the field required. */
export type Fields<A> = {
  readonly [K in keyof A]-?:
    | Decoder<Exclude<A[K], undefined>>
    | Field<Exclude<A[K], undefined>>;
};

/**
 * An object with known fields. Unknown ones are dropped, or kept as `extras`. A field that holds
 * `undefined` counts as absent.
 */
export const record = <A extends object, O = A>(
  name: string,
  fields: Fields<A>,
  extras?: Decoder<unknown>,
): Codec<A, O> => {
  // For the loop below, each field is one of unknowns; `Fields<A>` has checked them all.
  const slots = Object.entries(
    fields as Readonly<Record<string, Decoder<unknown> | Field<unknown>>>,
  )
    .map(([key, spec]) => "absent" in spec ? { key, ...spec } : { key, part: spec, absent: null });
  const known = new Set(slots.map(({ key }) => key));
  const extraKeys = (u: Readonly<Record<string, unknown>>) =>
    Object.keys(u).filter((key) => !known.has(key) && u[key] !== undefined);

  return codec<A, O>({
    name,
    shape: {
      _tag: "record",
      fields: Object.fromEntries(slots.map(({ key, ...slot }) => [key, slot])),
    },
    is: (u): u is A =>
      isObject(u) &&
      slots.every(({ key, part, absent }) =>
        u[key] === undefined ? absent === "stays absent" : part.is(u[key])
      ),
    read: (u) => {
      if (!isObject(u)) return FAULT;
      const out: Record<string, unknown> = {};
      for (let i = 0; i < slots.length; i++) {
        const { key, part, absent } = slots[i]!;
        const input = u[key];
        if (input !== undefined) {
          const value = part.read(input);
          if (value === FAULT) return FAULT;
          out[key] = value;
        } else if (absent === null) {
          return FAULT;
        } else if (absent !== "stays absent") {
          out[key] = absent();
        }
      }
      if (extras !== undefined) {
        for (const key of Object.keys(u)) {
          if (known.has(key) || u[key] === undefined) continue;
          const value = extras.read(u[key]);
          if (value === FAULT) return FAULT;
          setKey(out, key, value);
        }
      }
      // Each field was decoded by the codec that `Fields<A>` demands for it.
      return out as A;
    },
    explain: (u, context) =>
      !isObject(u) ? [{ value: u, context }] : [
        ...slots.flatMap(({ key, part, absent }) =>
          absent !== null && isAbsent(u, key) ? [] : explainAt(part, () => u[key], context, key)
        ),
        ...extras === undefined ? [] : explainEach(extras, extraKeys(u), (key) => u[key], context),
      ],
  });
};

const isAbsent = (u: Readonly<Record<string, unknown>>, key: string): boolean => {
  try {
    return u[key] === undefined;
  } catch {
    return false;
  }
};

/** An object whose field `tag` says which of `members` it is. */
export const tagged = <A extends object>(
  tag: string,
  members: Readonly<Record<string, Decoder<A>>>,
): Codec<A> => {
  const tags = oneOf(...Object.keys(members));
  const member = (u: Readonly<Record<string, unknown>>): Decoder<A> | undefined => {
    const word = u[tag];
    return tags.is(word) ? members[word] : undefined;
  };
  return codec<A>({
    name: `an object with "${tag}"`,
    shape: { _tag: "one of", members: Object.values(members) },
    is: (u): u is A => isObject(u) && (member(u)?.is(u) ?? false),
    read: (u) => isObject(u) ? member(u)?.read(u) ?? FAULT : FAULT,
    explain: (u, context) =>
      !isObject(u)
        ? [{ value: u, context }]
        : member(u)?.explain(u, context) ?? explainAt(tags, () => u[tag], context, tag),
  });
};
