/** Answers requests by the routes of the JSON API. */

import { E } from "../deps/fp.ts";
import type { Context } from "../deps/hono.ts";
import { isObject } from "../model/codec.ts";
import type { CallOptions, LightningStore } from "../store/lightning_store.ts";
import { type BodyLimits, STOPPING } from "./body.ts";
import { readQuery } from "./coercion.ts";
import { digestOf } from "./digest.ts";
import { type Detail, type Refusal, refusal, refusalOf, unprocessable } from "./faults.ts";
import { hexOf } from "./otlp/hex.ts";
import { readJson } from "./reading.ts";
import { replay } from "./replay.ts";
import { busy, refused, written } from "./responses.ts";
import { argumentOf, locating, misplacedNull, refusedPage, type Route } from "./route.ts";

/** What goes with one request. */
export interface Bindings {
  readonly request_id: string;
  /** The path, as it was judged. */
  readonly path: string;
  /** The route that was found. */
  route: string;
  /** What went wrong, for the log alone. */
  fault?: string;
}

/** A request, and what goes with it. */
export type Asked = Context<{ Bindings: Bindings }>;

/** Lets so many go at once, and refuses others. */
export type Limit = <A>(run: () => Promise<A>) => Promise<A | Response>;

/** Makes the function that answers a request by its route. */
export const answering = (
  store: LightningStore,
  limits: BodyLimits,
  { inWork, held }: { readonly inWork: Limit; readonly held: Limit },
): (route: Route, asked: Asked) => Promise<Response> => {
  const again = replay();

  const run = async (
    route: Route,
    asked: Asked,
    argument: unknown,
    options: CallOptions,
  ): Promise<Response> =>
    await again(await keyOf(route, asked, argument), async () => {
      const outcome = await route.run(store, argument, options)();
      if (E.isRight(outcome)) {
        const body = JSON.stringify(outcome.right);
        return { response: () => written(route.success, body), size: body.length };
      }
      const { left: error } = outcome;
      if (error._tag === "Backend") asked.env.fault = error.message;
      const refusal = error._tag === "Aborted" && limits.stopping?.aborted
        ? busy(STOPPING)
        : refusalOf(error, locating(route), asked.env.request_id);
      return { response: () => refused(refusal), size: 0 };
    });

  return async (route, asked) => {
    const answer = await inWork(async () => {
      const argument = await argumentIn(route, asked, limits);
      if (E.isLeft(argument)) return refused(argument.left);
      if (!route.waits?.(argument.right)) {
        return await run(route, asked, argument.right, {});
      }
      return () => {
        // A platform makes the signal of a request when somebody asks for it.
        const { signal } = asked.req.raw;
        return run(route, asked, argument.right, {
          signal: limits.stopping ? AbortSignal.any([signal, limits.stopping]) : signal,
        });
      };
    });
    return typeof answer === "function" ? await held(answer) : answer;
  };
};

/** What tells a request that comes a second time: its key counts together with what it asks for. */
const keyOf = async (
  { keyed, method }: Route,
  { req }: Asked,
  argument: unknown,
): Promise<string | null> => {
  const given = keyed ? req.header("idempotency-key") : undefined;
  if (given === undefined) return null;
  return hexOf(await digestOf(JSON.stringify([method, req.path, given, argument])));
};

/** The argument of a route's operation, or what the wire says against it. */
const argumentIn = async (
  route: Route,
  { req, env }: Asked,
  limits: BodyLimits,
): Promise<E.Either<Refusal, unknown>> => {
  const path = req.param();
  if (Object.values(path).includes("")) return E.left(refusal(404, "Not Found"));
  const read = route.body === undefined
    ? E.right(undefined)
    : await readJson(req.raw, limits, route.substitute);
  if (E.isLeft(read)) return read;
  const body = read.right;
  const isNothing = body === undefined || body === null;
  if (isNothing && route.body === "required") return E.left(unprocessable([MISSING_BODY]));
  if (!isNothing && !isObject(body)) {
    return E.left(
      unprocessable([{ type: "model_type", loc: ["body"], msg: "expected an object" }]),
    );
  }
  const query = route.body === undefined
    ? readQuery(route.takes, new URL(req.raw.url).searchParams)
    : {};
  const argument = argumentOf(route, { path, query, body });
  const misplaced = misplacedNull(route, argument);
  const wrong = misplaced ?? refusedPage(route, argument);
  if (wrong === null) return E.right(argument);
  const told = refusalOf(wrong, locating(route), env.request_id);
  return E.left(
    misplaced === null ? told : { status: 400, body: { ...told.body, detail: misplaced.message } },
  );
};

const MISSING_BODY: Detail = { type: "missing", loc: ["body"], msg: "Field required" };
