/** Reading the body of a request, within limits. */

import { E } from "../deps/fp.ts";
import { type Detail, type Refusal, refusal, unprocessable } from "../wire/faults.ts";
import { finite, parseLenient } from "../wire/lenient_json.ts";
import type { Route } from "../wire/route.ts";
import { type BodyLimits, readText, readValue, type Shortfall, shortfallAnswer } from "./body.ts";
import type { Incoming } from "./head.ts";

/** How a body is read: a {@linkcode Route} says it. */
type Reading = Pick<Route, "isPlain" | "named">;

/** Reads a body within limits; `undefined` for an empty one. */
export const readJson = (
  incoming: Incoming,
  limits: BodyLimits,
  { isPlain, named }: Reading,
): Promise<E.Either<Refusal, unknown>> => {
  const { contentType, contentLength } = incoming.head;
  const isTyped = isJson(contentType);
  const fromText = (text: string): E.Either<Refusal, unknown> =>
    text === ""
      ? E.right(undefined)
      : isTyped
      ? judged(() => finite(parseLenient(text), named))
      : E.left(unprocessable([MISTYPED]));
  return isPlain === true && isTyped && Number(contentLength) > 0
    ? readValue(incoming, limits)
      .then(whenRead(limits, (value) => judged(() => finite(value, named))))
    : readText(incoming, limits).then(whenRead(limits, fromText));
};

/** What is made of a body; why there is none, if it has not been read. */
const whenRead = <A>(
  limits: BodyLimits,
  make: (body: A) => E.Either<Refusal, unknown>,
) =>
(read: E.Either<Shortfall | SyntaxError, A>): E.Either<Refusal, unknown> => {
  if (E.isRight(read)) return make(read.right);
  if (read.left instanceof SyntaxError) return E.left(notJson(read.left));
  const { status, sentence } = shortfallAnswer(read.left, limits);
  return E.left(refusal(status, sentence));
};

const judged = <A>(parse: () => A): E.Either<Refusal, A> => E.tryCatch(parse, notJson);

const notJson = (cause: unknown): Refusal =>
  unprocessable([{
    type: "json_invalid",
    loc: ["body", placeOf(cause)],
    msg: `JSON decode error: ${wordsOf(cause)}`,
  }]);

/** Where a parser stopped, if it tells. */
const placeOf = (cause: unknown): number =>
  Number(/ at position (\d+)/.exec(cause instanceof Error ? cause.message : "")?.[1] ?? 0);

const MISTYPED: Detail = {
  type: "value_error",
  loc: ["body"],
  msg: "expected Content-Type: application/json",
};

/** A parser that keeps numbers as they were written may overflow its stack before anyone counts. */
const wordsOf = (cause: unknown): string =>
  cause instanceof RangeError
    ? "too many levels of nesting"
    : cause instanceof Error
    ? cause.message
    : String(cause);

/** No type at all counts as JSON; a body without content has another one with some clients. */
const isJson = (type: string | null): boolean =>
  type === null || type === "application/json" ||
  /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type);
