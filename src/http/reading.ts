/** Reading a request: its body within limits, its query, and the numbers that come as text. */

import { E } from "../deps/fp.ts";
import { type Refusal, refusal, unprocessable } from "./faults.ts";
import { parseLenient } from "./lenient_json.ts";

/** Reads a body of up to `most` bytes; `undefined` for an empty one. */
export const readJson = async (
  request: Request,
  most: number,
): Promise<E.Either<Refusal, unknown>> => {
  const bytes = await readBytes(request, most);
  if (E.isLeft(bytes)) return bytes;
  if (bytes.right.length === 0) return E.right(undefined);
  if (!isJson(request.headers.get("content-type"))) {
    return E.left(unprocessable([{
      type: "value_error",
      loc: ["body"],
      msg: "expected Content-Type: application/json",
    }]));
  }
  try {
    return E.right(parseLenient(new TextDecoder().decode(bytes.right)));
  } catch (cause) {
    return E.left(unprocessable([{
      type: "json_invalid",
      loc: ["body", 0],
      msg: `JSON decode error: ${cause instanceof Error ? cause.message : cause}`,
    }]));
  }
};

/** No type at all counts as JSON; a body without content has another one with some clients. */
const isJson = (type: string | null): boolean =>
  type === null || /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type);

/** Stops reading as soon as there is too much. */
const readBytes = async (
  request: Request,
  most: number,
): Promise<E.Either<Refusal, Uint8Array>> => {
  const tooLarge = refusal(413, `The body is larger than ${most} bytes`);
  if (Number(request.headers.get("content-length") ?? 0) > most) return E.left(tooLarge);
  if (request.body === null) return E.right(new Uint8Array());
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.length;
    if (size > most) return E.left(tooLarge);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return E.right(bytes);
};

/** Fields that are lists in a query string: their key is repeated. */
const LISTS: ReadonlySet<string> = new Set(["status_in", "mode_in", "rollout_id_in"]);

/** The fields of a query string. A scalar that is repeated counts by its last value. */
export const readQuery = (query: URLSearchParams): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    [...new Set(query.keys())].map((key) => [
      key,
      LISTS.has(key) ? query.getAll(key) : query.getAll(key).at(-1),
    ]),
  );

/** Fields that hold integers, and those that hold any number. */
const INTEGERS: ReadonlySet<string> = new Set(["limit", "offset", "sequence_id", "max_attempts"]);
const FLOATS: ReadonlySet<string> = new Set([
  "timeout",
  "timeout_seconds",
  "unresponsive_seconds",
  "last_heartbeat_time",
  "start_time",
  "end_time",
  "timestamp",
]);

/** Fields whose own fields are read in the same way. What is opaque is left as it came. */
const NESTED: ReadonlySet<string> = new Set(["config", "rollouts", "events"]);

/** Numbers that come as text, as numbers: the wire takes both. */
export const coerced = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(coerced);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      NESTED.has(key)
        ? coerced(item)
        : typeof item === "string" && isNumeric(key, item)
        ? Number(item)
        : item,
    ]),
  );
};

const isNumeric = (key: string, text: string): boolean =>
  INTEGERS.has(key)
    ? /^\s*[+-]?\d+(\.0*)?\s*$/.test(text)
    : FLOATS.has(key) && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text);
