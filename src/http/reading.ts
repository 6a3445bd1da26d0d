/** Reading the body of a request, within limits. */

import { E } from "../deps/fp.ts";
import { type BodyLimits, readBody, shortfallAnswer } from "./body.ts";
import { type Refusal, refusal, unprocessable } from "./faults.ts";
import { asNull, finite, parseLenient } from "./lenient_json.ts";

/** Reads a body within limits; `undefined` for an empty one. */
export const readJson = async (
  request: Request,
  limits: BodyLimits,
  substitute = asNull,
): Promise<E.Either<Refusal, unknown>> => {
  const bytes = await readBody(request, limits);
  if (E.isLeft(bytes)) {
    const { status, sentence } = shortfallAnswer(bytes.left, limits);
    return E.left(refusal(status, sentence));
  }
  if (bytes.right.length === 0) return E.right(undefined);
  if (!isJson(request.headers.get("content-type"))) {
    return E.left(unprocessable([{
      type: "value_error",
      loc: ["body"],
      msg: "expected Content-Type: application/json",
    }]));
  }
  try {
    return E.right(finite(parseLenient(utf8.decode(bytes.right)), substitute));
  } catch (cause) {
    return E.left(unprocessable([{
      type: "json_invalid",
      loc: ["body", 0],
      msg: `JSON decode error: ${wordsOf(cause)}`,
    }]));
  }
};

const utf8 = new TextDecoder();

/** A parser that keeps numbers as they were written may overflow its stack before anyone counts. */
const wordsOf = (cause: unknown): string =>
  cause instanceof RangeError
    ? "too many levels of nesting"
    : cause instanceof Error
    ? cause.message
    : String(cause);

/** No type at all counts as JSON; a body without content has another one with some clients. */
const isJson = (type: string | null): boolean =>
  type === null || /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type);
