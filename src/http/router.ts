/** Which request gets which answer, once it may be asked. */

import { E } from "../deps/fp.ts";
import { Hono } from "../deps/hono.ts";
import type { LightningStore } from "../store/lightning_store.ts";
import { answering, type Asked, type Bindings, type Limit } from "./answering.ts";
import type { BodyLimits } from "./body.ts";
import { refusal } from "./faults.ts";
import { type Metrics, METRICS_TYPE } from "./metrics.ts";
import { openApi } from "./openapi/document.ts";
import { otlpTraces } from "./otlp/receive.ts";
import { idsIn, PROTOCOL, ROOT, templateOf } from "./protocol.ts";
import { page, type Pages } from "./pages.ts";
import { json, refused, text, unavailable } from "./responses.ts";
import type { Route } from "./route.ts";
import { ROUTES } from "./routes.ts";

/** What a router works with. */
export interface RouterOptions {
  readonly limits: BodyLimits;
  readonly maxRequests: number;
  readonly maxWaits: number;
  /** Null where they are off. */
  readonly metrics: Metrics | null;
  /** Null where there is no dashboard. */
  readonly pages: Pages | null;
  /** Whether a token is asked for. */
  readonly hasToken: boolean;
  /** Whether only some names of the server are answered to. */
  readonly hasNames: boolean;
}

/** Makes the function that answers requests. It never rejects. */
export const router = (
  store: LightningStore,
  { limits, maxRequests, maxWaits, metrics, pages, hasToken, hasNames }: RouterOptions,
): (request: Request, bindings: Bindings) => Promise<Response> => {
  const inWork = counter(maxRequests);
  const held = counter(maxWaits);
  const byRoute = answering(store, limits, { inWork, held });
  const { bytes: maxBytes, seconds: bodySeconds, stopping } = limits;
  const traces = otlpTraces(store, { maxBytes, bodySeconds, stopping });
  const app = new Hono<{ Bindings: Bindings }>({
    getPath: (request, bound) => bound?.env?.path ?? new URL(request.url).pathname,
  });

  const serve = (
    method: "GET" | "POST",
    path: string,
    handle: (asked: Asked) => Response | Promise<Response>,
  ): void => {
    const template = templateOf(path);
    app.on(method, path, (asked) => {
      asked.env.route = template;
      return handle(asked);
    });
  };

  serve("GET", `${ROOT}/health`, () => json(200, { status: "ok" }));
  serve("GET", `${ROOT}/ready`, async () => {
    const outcome = await store.statistics()();
    return E.isRight(outcome)
      ? json(200, { status: "ok" })
      : json(503, { status: "unavailable", detail: outcome.left.message });
  });
  for (const route of byPrecedence(ROUTES)) {
    serve(route.method, `${ROOT}${route.path}`, (asked) => byRoute(route, asked));
  }
  serve("POST", "/v1/traces", ({ req }) => inWork(() => traces(req.raw)));
  for (const signal of ["metrics", "logs", "development/profiles"]) {
    serve("POST", `/v1/${signal}`, () => new Response(null, { status: 501 }));
  }
  if (metrics !== null) {
    for (const path of ["/v1/prometheus", "/v1/prometheus/"]) {
      serve("GET", path, () => text(metrics.text(), METRICS_TYPE));
    }
  }
  const document = { hasToken, hasNames, hasMetrics: metrics !== null };
  serve("GET", "/openapi.json", () => json(200, openApi(document)));
  if (pages === null) serve("GET", "/", () => text(INDEX, "text/plain; charset=utf-8"));

  for (const [path, methods] of methodsByPath(app.routes)) {
    app.all(path, (asked) => {
      asked.env.route = templateOf(path);
      const answer = refused(refusal(405, "Method Not Allowed"));
      answer.headers.set("allow", methods.join(", "));
      return answer;
    });
  }
  app.notFound(async ({ req, env }) => {
    const isPage = req.method === "GET" && !/^\/v1(\/|$)/.test(env.path);
    if (pages === null || !isPage) return refused(refusal(404, "Not Found"));
    env.route = "/*";
    return await page(pages, env.path);
  });
  app.onError((error, { env }) => {
    env.fault = error.message;
    const body = { detail: "Internal server error", request_id: env.request_id };
    return refused({ status: 500, body });
  });
  return async (request, bindings) => await app.fetch(request, bindings);
};

/** What a person finds at the root. */
const INDEX = `A LightningStore, as in agent-lightning ${PROTOCOL}.

JSON API       ${ROOT}
OTLP traces    /v1/traces
Metrics        /v1/prometheus, where they are on
All of it      /openapi.json
`;

const counter = (most: number): Limit => {
  let going = 0;
  return async (run) => {
    if (going >= most) return unavailable(`${most} requests of this kind are in work already`);
    going++;
    try {
      return await run();
    } finally {
      going--;
    }
  };
};

/** Literal segments come before ids. */
const byPrecedence = (routes: readonly Route[]): readonly Route[] =>
  routes.toSorted((a, b) => idsIn(a.path).length - idsIn(b.path).length);

interface Endpoint {
  readonly method: string;
  readonly path: string;
}

/** The methods of each path; a literal segment may be an id as well. */
const methodsByPath = (
  endpoints: readonly Endpoint[],
): ReadonlyMap<string, readonly string[]> =>
  new Map(
    endpoints.map(({ path }) => {
      const serving = endpoints.filter((it) => patternOf(it.path).test(path));
      return [path, [...new Set(serving.map(({ method }) => method))].toSorted()];
    }),
  );

const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`);
