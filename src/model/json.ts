/** Opaque JSON values: what `input`, `metadata` and other payloads may hold. */

import { type Codec, codec, FAULT, isObject, setKey } from "./codec.ts";
import type { t } from "../deps/io.ts";
import { isRaw, isWritten, type WrittenNumber } from "./numbers.ts";

/** Any JSON value, never to be changed in place. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | JsonObject;

/** A JSON object, never to be changed in place. */
export interface JsonObject {
  /** Any key, `__proto__` and the empty one included. */
  readonly [key: string]: Json;
}

/**
 * The deepest nesting that a value may have. Python's `json` gives up at about 1,000 levels, and
 * engines' stacks at a few thousand; this is well below both.
 *
 * @example
 * ```ts
 * import { MAX_DEPTH } from "@lightning/store";
 *
 * console.log(MAX_DEPTH); // 512
 * ```
 */
export const MAX_DEPTH = 512;

/**
 * A JSON value, copied. What JSON cannot hold exactly is refused: `undefined`,
 * functions, symbols, `BigInt`, `NaN`, infinities, instances of classes, cycles, and nesting beyond
 * {@linkcode MAX_DEPTH} levels. `-0` becomes `0`.
 *
 * @example
 * ```ts
 * import { decode, Json } from "@lightning/store";
 *
 * console.log(decode(Json, { a: [1, null] })._tag, decode(Json, 1n)._tag); // Right Left
 * ```
 */
export const Json: Codec<Json> = codec({
  name: "a JSON value",
  shape: { _tag: "leaf", schema: {} },
  is: (u): u is Json => copy(u, 0) !== FAULT,
  read: (u) => copy(u, 0),
  explain: (u, context) => faults(u, context, []),
});

const isJsonObject = (u: Json): u is JsonObject =>
  typeof u === "object" && u !== null && !Array.isArray(u);

/**
 * A JSON object, copied.
 *
 * @example
 * ```ts
 * import { decode, JsonObject } from "@lightning/store";
 *
 * console.log(decode(JsonObject, { a: 1 })._tag, decode(JsonObject, [])._tag); // Right Left
 * ```
 */
export const JsonObject: Codec<JsonObject> = codec({
  name: "a JSON object",
  shape: { _tag: "leaf", schema: { type: "object" } },
  is: (u): u is JsonObject => isObject(u) && Json.is(u),
  read: (u) => {
    const value = isObject(u) ? copy(u, 0) : FAULT;
    return value !== FAULT && isJsonObject(value) ? value : FAULT;
  },
  explain: (u, context) => isObject(u) ? faults(u, context, []) : [{ value: u, context }],
});

const copy = (u: unknown, depth: number): Json | typeof FAULT => {
  switch (typeof u) {
    case "string":
    case "boolean":
      return u;
    case "number":
      return Number.isFinite(u) ? u + 0 : FAULT;
    case "object":
      if (u === null) return null;
      if (depth === MAX_DEPTH) return FAULT;
      if (Array.isArray(u)) return copyArray(u, depth + 1);
      if (isRaw(u)) return isWritten(u) ? writtenNumber(u) : FAULT;
      return isObject(u) ? copyObject(u, depth + 1) : FAULT;
    default:
      return FAULT;
  }
};

/** It stands where the types have a number. */
const writtenNumber = (written: WrittenNumber): Json => written as unknown as number;

const copyArray = (u: readonly unknown[], depth: number): Json | typeof FAULT => {
  const out: Json[] = [];
  for (let i = 0; i < u.length; i++) {
    const value = copy(u[i], depth);
    if (value === FAULT) return FAULT;
    out.push(value);
  }
  return out;
};

const copyObject = (
  u: Readonly<Record<string, unknown>>,
  depth: number,
): Json | typeof FAULT => {
  const out: Record<string, Json> = {};
  for (const key of Object.keys(u)) {
    const value = copy(u[key], depth);
    if (value === FAULT) return FAULT;
    setKey(out, key, value);
  }
  return out;
};

/** The first fault below a value that `copy` refused: one is enough for an opaque payload. */
const faults = (u: unknown, context: t.Context, above: readonly unknown[]): t.Errors => {
  if (above.includes(u)) {
    return [{ value: u, context: shallow(context), message: "a cycle" }];
  }
  if (above.length === MAX_DEPTH) {
    const message = `more than ${MAX_DEPTH} levels of nesting`;
    return [{ value: u, context: shallow(context), message }];
  }
  if (isRaw(u)) {
    const message = u.rawJSON.length > SHOWN ? "a number of very many digits" : u.rawJSON;
    return [{ value: u, context, message }];
  }
  if (!Array.isArray(u) && !isObject(u)) return [{ value: u, context }];
  const level = [...above, u];
  const isBad = (value: unknown) => copy(value, level.length) === FAULT;
  // `findIndex` sees the holes of an array, which `Object.entries` passes over.
  const i = Array.isArray(u) ? u.findIndex(isBad) : -1;
  const bad: readonly [string, unknown] | undefined = Array.isArray(u)
    ? i < 0 ? undefined : [String(i), u[i]]
    : Object.entries(u).find(([, value]) => isBad(value));
  return bad === undefined
    ? [{ value: u, context }]
    : faults(bad[1], [...context, { key: bad[0], type: Json, actual: bad[1] }], level);
};

/** As many characters of JSON as it was written are told. */
const SHOWN = 80;

/** Keeps a path of hundreds of levels readable. */
const shallow = (context: t.Context): t.Context => context.slice(0, 8);
