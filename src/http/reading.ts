/** Reading the body of a request, within limits. */

import { E } from "../deps/fp.ts";
import { type Refusal, refusal, unprocessable } from "../wire/faults.ts";
import { asNull, finite, parseLenient } from "../wire/lenient_json.ts";
import { type BodyLimits, readText, shortfallAnswer } from "./body.ts";
import type { Incoming } from "./head.ts";

/** Reads a body within limits; `undefined` for an empty one. */
export const readJson = async (
  incoming: Incoming,
  limits: BodyLimits,
  substitute = asNull,
): Promise<E.Either<Refusal, unknown>> => {
  const text = await readText(incoming, limits);
  if (E.isLeft(text)) {
    const { status, sentence } = shortfallAnswer(text.left, limits);
    return E.left(refusal(status, sentence));
  }
  if (text.right === "") return E.right(undefined);
  if (!isJson(incoming.head.headers.get("content-type"))) {
    return E.left(unprocessable([{
      type: "value_error",
      loc: ["body"],
      msg: "expected Content-Type: application/json",
    }]));
  }
  try {
    return E.right(finite(parseLenient(text.right), substitute));
  } catch (cause) {
    return E.left(unprocessable([{
      type: "json_invalid",
      loc: ["body", 0],
      msg: `JSON decode error: ${wordsOf(cause)}`,
    }]));
  }
};

/** A parser that keeps numbers as they were written may overflow its stack before anyone counts. */
const wordsOf = (cause: unknown): string =>
  cause instanceof RangeError
    ? "too many levels of nesting"
    : cause instanceof Error
    ? cause.message
    : String(cause);

/** No type at all counts as JSON; a body without content has another one with some clients. */
const isJson = (type = "application/json"): boolean =>
  type === "application/json" || /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type);
