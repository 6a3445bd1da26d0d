/** Values that fit nowhere, values of the wrong type, and values that must come back exactly. */

class Custom {
  readonly field = 1;
}

const cycle: Record<string, unknown> = {};
cycle["self"] = cycle;

/** An object in an object, so many times. */
export const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = { a: value };
  return value;
};

/** JSON that `JSON.stringify` writes as it is; TypeScript's types have no `rawJSON` yet. */
const written = (text: string): unknown => Reflect.get(JSON, "rawJSON")(text);

const raise = (): never => {
  throw new Error("no");
};

const throwing = {
  get field(): never {
    return raise();
  },
};

const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

/** Values that fit no place at all, opaque ones included. */
export const HOSTILE: Readonly<Record<string, () => unknown>> = {
  "NaN": () => NaN,
  "Infinity": () => Infinity,
  "-Infinity": () => -Infinity,
  "a BigInt": () => 1n,
  "a function": () => () => 1,
  "a symbol": () => Symbol("s"),
  "a Date": () => new Date(0),
  "a Map": () => new Map([[1, 2]]),
  "bytes": () => new Uint8Array(2),
  "a boxed string": () => new String("x"),
  "a promise": () => Promise.resolve(1),
  "an instance": () => new Custom(),
  "an instance in a list in an object": () => ({ a: [new Custom()] }),
  "a cycle": () => cycle,
  "10,000 levels": () => nested(10_000),
  "an array with a hole": () => [1, , 3],
  "undefined in a list": () => [undefined],
  "undefined in an object": () => ({ a: undefined }),
  "NaN in an object": () => ({ a: NaN }),
  "a text as it was written": () => written('"text"'),
  "a truth as it was written": () => written("true"),
  "an integer that Python does not read": () => written("9".repeat(4_301)),
};

/** Values that throw when they are looked at. */
export const THROWING: Readonly<Record<string, () => unknown>> = {
  "a getter that throws": () => throwing,
  "a proxy that throws at each key": () => new Proxy({ a: 1 }, { get: raise }),
  "a proxy that throws for its keys": () => new Proxy({ a: 1 }, { ownKeys: raise }),
  "a proxy that throws for its prototype": () => new Proxy({ a: 1 }, { getPrototypeOf: raise }),
  "an array that throws at each item": () => new Proxy([1], { get: raise }),
  "a revoked proxy": revoked,
};

/** Those that a record without required fields may take for one that says nothing. */
export const KEYS_OF_THEIR_OWN: ReadonlySet<string> = new Set([
  "an instance in a list in an object",
  "a cycle",
  "10,000 levels",
  "undefined in an object",
  "NaN in an object",
  "a getter that throws",
  "a proxy that throws for its keys",
]);

/** Whole arguments that are no record. */
export const NO_RECORDS: readonly (() => unknown)[] = [
  () => null,
  () => 1,
  () => "text",
  () => true,
  () => [],
  () => [{}],
  () => () => 1,
  () => Symbol("s"),
  () => 1n,
  () => new Custom(),
  () => new Map(),
  () => new Date(0),
  revoked,
];

/** JSON of another type than what a place holds, by that. */
export const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  string: [7, true, {}, ["x"]],
  number: ["1", true, {}, [1]],
  boolean: ["true", 1, {}, [true]],
  array: ["x", 7, {}, true],
  object: ["x", 7, [], [{}], true],
};

/** Which row of {@linkcode WRONG} goes by a value. */
export const typeOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : typeof value;

/** An object with a key that is the object's own, `__proto__` included. */
export const withKey = (key: string, value: unknown): Record<string, unknown> =>
  Object.defineProperty({}, key, { value, enumerable: true, configurable: true, writable: true });

/** Strings that every id can be. */
export const IDS: readonly string[] = [
  "",
  " ",
  ".",
  "..",
  "__proto__",
  "constructor",
  "toString",
  "$where",
  "a.b",
  "a/b?c#d%00",
  "'; DROP TABLE rollout --",
  "\u2028",
  "ключ",
  "😀",
  "x".repeat(1_000_000),
];

/** Strings that no id can be. */
export const NO_IDS: readonly string[] = ["\0", "a\0b", "\ud800", "x\udc00y", "\ude00\ud83d"];

/** Strings that text without a meaning to the store can be. */
export const STRINGS: readonly string[] = [...IDS, ...NO_IDS];

/** Opaque values that come back as they went in. */
export const OPAQUE: Readonly<Record<string, unknown>> = {
  "strings": STRINGS,
  "keys": STRINGS.map((key) => withKey(key, withKey(key, 1))),
  "keys that look like indexes": { 2: "b", 1: "a", "-1": "c", "01": "d" },
  "keys that mean something to others": { $set: 1, toJSON: 1, then: 1, length: -1, _id: null },
  "numbers": [0, 1.5, -1, 1e308, -1e308, 5e-324, 2 ** 53, -(2 ** 53), 2 ** 64, 1e21, 0.1],
  "what is empty": [[], {}, [[]], [{}], null, "", false],
  "500 levels": nested(500),
  "a wide list": Array.from({ length: 10_000 }, (_, i) => i),
  "an object without prototype": Object.assign(Object.create(null), { a: 1 }),
};
