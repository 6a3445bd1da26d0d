/** The store as a service: a function from requests to answers, for any runtime with `fetch`. */

import { E } from "../deps/fp.ts";
import { type Context, Hono } from "../deps/hono.ts";
import type { LightningStore } from "../store/lightning_store.ts";
import { type Detail, type Refusal, refusal, refusalOf, unprocessable } from "./faults.ts";
import { corsHeaders, guard, type GuardOptions, preflight } from "./guard.ts";
import { otlpTraces } from "./otlp/receive.ts";
import { coerced, readJson, readQuery } from "./reading.ts";
import { type Replay, replay } from "./replay.ts";
import { locating, misplacedNull, type Parts, refusedPage, type Route, ROUTES } from "./routes.ts";

/** Options of {@linkcode httpApp}. */
export interface HttpOptions extends GuardOptions {
  /** The largest body, in bytes. Default: 64 MiB. */
  readonly maxBodyBytes?: number;
  /** How many requests may be in work at once, waits aside; more get 503. Default: 1,000. */
  readonly maxRequests?: number;
  /** How many waits may be held at once; more get 503. Default: 10,000. */
  readonly maxWaits?: number;
  /** Takes what became of each request. Default: nobody. */
  readonly log?: (line: RequestLog) => void;
}

/** What became of one request. It holds nothing that the request brought but its route. */
export interface RequestLog {
  /** Names it, also in its answer. */
  readonly request_id: string;
  /** The request's method. */
  readonly method: string;
  /** The route's pattern, or `unmatched`. */
  readonly route: string;
  /** The answer's status. */
  readonly status: number;
  /** How long it took. */
  readonly milliseconds: number;
}

/** Answers a request; it never rejects. */
export type HttpApp = (request: Request) => Promise<Response>;

/** The version of the protocol, which every answer names. */
const PROTOCOL = "0.3";

/** Where the JSON API is. */
const ROOT = "/v1/agl";

/**
 * Makes the HTTP face of a store: the JSON API of agent-lightning 0.3 below `/v1/agl`, and OTLP
 * traces at `/v1/traces`.
 *
 * @example
 * ```ts
 * import { createStore, httpApp, memory } from "@lightning/store";
 *
 * const app = httpApp(createStore(memory())); // Deno.serve(app)
 * const answer = await app(new Request("http://localhost/v1/agl/health"));
 * console.log(await answer.json()); // { status: "ok" }
 * ```
 */
export const httpApp = (store: LightningStore, options: HttpOptions = {}): HttpApp => {
  const { maxBodyBytes = 64 * 2 ** 20, origins = [], log } = options;
  const inWork = counter(options.maxRequests ?? 1000);
  const held = counter(options.maxWaits ?? 10_000);
  const judge = guard(options, new Set([`${ROOT}/health`]));
  const again = replay();
  const app = new Hono<{ Bindings: Bindings }>();

  app.get(`${ROOT}/health`, () => json(200, { status: "ok" }));
  app.get(`${ROOT}/ready`, async () => {
    const outcome = await store.statistics()();
    return E.isRight(outcome)
      ? json(200, { status: "ok" })
      : json(503, { status: "unavailable", detail: outcome.left.message });
  });
  for (const route of byPrecedence(ROUTES)) {
    const limit = route.waits ? held : inWork;
    app.on(route.method, `${ROOT}${route.path}`, (context) => {
      context.env.route = route.path;
      return limit(() => answering(store, route, context, maxBodyBytes, again));
    });
  }
  const traces = otlpTraces(store, { maxBytes: maxBodyBytes });
  app.post("/v1/traces", (context) => {
    context.env.route = "/v1/traces";
    return inWork(() => traces(context.req.raw));
  });
  for (const signal of ["metrics", "logs", "development/profiles"]) {
    app.post(`/v1/${signal}`, () => new Response(null, { status: 501 }));
  }
  for (const [path, methods] of methodsByPath()) {
    app.all(`${ROOT}${path}`, () => {
      const answer = refused(refusal(405, "Method Not Allowed"));
      answer.headers.set("allow", methods.join(", "));
      return answer;
    });
  }
  app.notFound(() => refused(refusal(404, "Not Found")));
  app.onError((_, context) =>
    refused({
      status: 500,
      body: { detail: "Internal server error", request_id: context.env.request_id },
    })
  );

  return async (request) => {
    const begun = performance.now();
    const bindings: Bindings = { request_id: crypto.randomUUID(), route: "unmatched" };
    const { pathname } = new URL(request.url);
    const refusal = await judge(request, pathname);
    const answer = preflight(request, origins) ??
      (refusal === null ? await app.fetch(request, bindings) : refused(refusal));
    const headers = {
      ...corsHeaders(request, origins),
      ...answer.status === 401 ? { "www-authenticate": 'Basic realm="lightning-store"' } : {},
      "x-agl-protocol": PROTOCOL,
      "x-request-id": bindings.request_id,
    };
    for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value);
    log?.({
      request_id: bindings.request_id,
      method: request.method,
      route: bindings.route,
      status: answer.status,
      milliseconds: Math.round((performance.now() - begun) * 100) / 100,
    });
    return answer;
  };
};

/** What goes with one request. */
interface Bindings {
  readonly request_id: string;
  /** The route that was found. */
  route: string;
}

/** Lets so many go at once, and refuses others with the status that clients try again after. */
const counter = (most: number) => {
  let going = 0;
  return async (answer: () => Promise<Response>): Promise<Response> => {
    if (going >= most) {
      const busy = refused(refusal(503, `${most} requests of this kind are in work already`));
      busy.headers.set("retry-after", "1");
      return busy;
    }
    going++;
    try {
      return await answer();
    } finally {
      going--;
    }
  };
};

/** Literal segments come before ids. */
const byPrecedence = (routes: readonly Route[]): readonly Route[] =>
  routes.toSorted((a, b) => idsIn(a) - idsIn(b));

const idsIn = ({ path }: Route): number => path.split(":").length;

const methodsByPath = (): ReadonlyMap<string, readonly string[]> => {
  const methods = Map.groupBy(ROUTES, ({ path }) => path);
  return new Map([
    ["/health", ["GET"]],
    ["/ready", ["GET"]],
    ...[...methods].map(([path, routes]) =>
      [path, [...new Set(routes.map(({ method }) => method))]] as const
    ),
  ]);
};

const answering = async (
  store: LightningStore,
  route: Route,
  context: Context<{ Bindings: Bindings }>,
  maxBodyBytes: number,
  again: Replay,
): Promise<Response> => {
  const parts = await partsOf(route, context, maxBodyBytes);
  if (E.isLeft(parts)) return refused(parts.left);
  const badPage = refusedPage(route, parts.right);
  const given = route.keyed ? context.req.header("idempotency-key") ?? null : null;
  const key = given === null ? null : `${route.method} ${context.req.path} ${given}`;
  return await again(key, async () => {
    const outcome = badPage === null ? await route.run(store, parts.right)() : E.left(badPage);
    return E.isRight(outcome)
      ? json(route.success, outcome.right)
      : refused(refusalOf(outcome.left, locating(route), context.env.request_id));
  });
};

const partsOf = async (
  route: Route,
  context: Context<{ Bindings: Bindings }>,
  maxBodyBytes: number,
): Promise<E.Either<Refusal, Parts>> => {
  const { raw } = context.req;
  const path = context.req.param();
  if (Object.values(path).includes("")) return E.left(refusal(404, "Not Found"));
  const query = coerced(readQuery(new URL(raw.url).searchParams));
  const parts = { path, query: { ...Object(query) }, signal: raw.signal };
  if (route.body === undefined) return E.right({ ...parts, body: undefined });
  const read = await readJson(raw, maxBodyBytes);
  if (E.isLeft(read)) return read;
  const body = coerced(read.right);
  const isNothing = body === undefined || body === null;
  if (isNothing && route.body === "required") return E.left(unprocessable([MISSING_BODY]));
  if (!isNothing && (typeof body !== "object" || Array.isArray(body))) {
    return E.left(
      unprocessable([{ type: "model_type", loc: ["body"], msg: "expected an object" }]),
    );
  }
  const misplaced = misplacedNull(route, body);
  if (misplaced === null) return E.right({ ...parts, body: body ?? undefined });
  const { body: told } = refusalOf(misplaced, locating(route), "");
  return E.left({ status: 400, body: { ...told, detail: misplaced.message } });
};

const MISSING_BODY: Detail = { type: "missing", loc: ["body"], msg: "Field required" };

const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json" },
  });

const refused = ({ status, body }: Refusal): Response => json(status, body);
