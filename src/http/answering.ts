/** Answers requests by the routes of the JSON API. */

import { E } from "../deps/fp.ts";
import { isObject } from "../model/codec.ts";
import type { CallOptions, LightningStore } from "../store/lightning_store.ts";
import { readQuery } from "../wire/coercion.ts";
import { type Detail, type Refusal, refusalOf, unprocessable } from "../wire/faults.ts";
import {
  argumentOf,
  type Keyed,
  locating,
  misplacedNull,
  refusedPage,
  type Route,
} from "../wire/route.ts";
import { type Answer, busy, refused, written } from "./answer.ts";
import { type BodyLimits, STOPPING } from "./body.ts";
import { digestOf } from "./digest.ts";
import type { Incoming } from "./head.ts";
import { type Limit, TOO_MANY } from "./limit.ts";
import { hexOf } from "./otlp/hex.ts";
import { readJson } from "./reading.ts";
import { type Replay, replay } from "./replay.ts";

/** A request whose route has been found. */
export interface Asked extends Incoming {
  /** The ids in its path, by their names. */
  readonly ids: Readonly<Record<string, string>>;
  /** Names it in its answer, and in the log. */
  readonly request_id: string;
}

/** Makes the function that answers a request by its route. */
export const answering = (
  store: LightningStore,
  limits: BodyLimits,
  { inWork, held }: { readonly inWork: Limit; readonly held: Limit },
): (route: Route, asked: Asked) => Promise<Answer> => {
  const again: Readonly<Record<Keyed, Replay>> = {
    creation: replay(2 ** 26),
    update: replay(2 ** 26),
    trace: replay(2 ** 25),
  };

  const perform = (
    route: Route,
    { request_id }: Asked,
    argument: unknown,
    options: CallOptions,
  ): Promise<Answer> =>
    route.run(store, argument, options)().then((outcome) => {
      if (E.isRight(outcome)) return written(route.success, JSON.stringify(outcome.right));
      const { left: error } = outcome;
      if (error._tag === "Aborted" && limits.stopping?.aborted) return refused(busy(STOPPING));
      const answer = refused(refusalOf(error, locating(route), request_id));
      return error._tag === "Backend" ? { ...answer, fault: error.message } : answer;
    });

  /** Performs the operation; a second time with the same key gets the first answer. */
  const run: typeof perform = (route, asked, argument, options) => {
    const once = () => perform(route, asked, argument, options);
    const { keyed } = route;
    const given = keyed === undefined ? null : asked.head.headers.get("idempotency-key");
    return keyed === undefined || given === null
      ? once()
      : again[keyed](keyOf(given, asked, argument), once);
  };

  return async (route, asked) => {
    const body = route.body === undefined ? NO_BODY : await readJson(asked, limits, route);
    if (E.isLeft(body)) return refused(body.left);
    const argument = argumentIn(route, asked, body.right);
    if (E.isLeft(argument)) return refused(argument.left);
    if (!route.waits?.(argument.right)) {
      return await inWork(
        () => run(route, asked, argument.right, {}),
        () => refused(busy(TOO_MANY.requests)),
      );
    }
    // A platform makes the signal of a request when somebody asks for it.
    const { signal } = asked.request;
    const options = {
      signal: limits.stopping ? AbortSignal.any([signal, limits.stopping]) : signal,
    };
    return await held(
      () => run(route, asked, argument.right, options),
      () => refused(busy(TOO_MANY.waits)),
    );
  };
};

const NO_BODY = E.right(undefined);

/** What tells a request that comes a second time: its key counts together with what it asks for. */
const keyOf = (
  given: string,
  { head: { method, path } }: Asked,
  argument: unknown,
): string | Promise<string> => {
  const text = JSON.stringify([method, path, given, argument]);
  return text.length <= SHORT ? text : digestOf(text).then(hexOf);
};

/** So many characters stand for themselves: a digest takes as long as all the rest of an enqueue. */
const SHORT = 1024;

/** The argument of a route's operation, or what the wire says against it. */
const argumentIn = (
  route: Route,
  { ids, head, request_id }: Asked,
  body: unknown,
): E.Either<Refusal, unknown> => {
  const isNothing = body === undefined || body === null;
  if (isNothing && route.body === "required") return E.left(unprocessable([MISSING_BODY]));
  if (!isNothing && !isObject(body)) {
    return E.left(
      unprocessable([{ type: "model_type", loc: ["body"], msg: "expected an object" }]),
    );
  }
  const query = route.body === undefined
    ? readQuery(route.takes, new URLSearchParams(head.query))
    : {};
  const argument = argumentOf(route, { path: ids, query, body });
  const misplaced = misplacedNull(route, argument);
  const wrong = misplaced ?? refusedPage(route, argument);
  if (wrong === null) return E.right(argument);
  const told = refusalOf(wrong, locating(route), request_id);
  return E.left(
    misplaced === null ? told : { status: 400, body: { ...told.body, detail: misplaced.message } },
  );
};

const MISSING_BODY: Detail = { type: "missing", loc: ["body"], msg: "Field required" };
