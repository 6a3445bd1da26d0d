/** Which request gets which answer, once it may be asked. */

import { E } from "../deps/fp.ts";
import type { LightningStore } from "../store/lightning_store.ts";
import { refusal } from "../wire/faults.ts";
import { PROTOCOL, ROOT } from "../wire/protocol.ts";
import { ROUTES } from "../wire/routes.ts";
import { json, PLAIN, refused, text } from "./answer.ts";
import { answering, type Asked } from "./answering.ts";
import type { BodyLimits } from "./body.ts";
import { type Endpoint, finder, type Found } from "./finding.ts";
import { limit } from "./limit.ts";
import { type Metrics, METRICS_TYPE } from "./metrics.ts";
import { openApi } from "./openapi/document.ts";
import { otlpTraces } from "./otlp/receive.ts";
import { page, type Pages } from "./pages.ts";

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

/** Finds who answers a request by its method and its path. */
export type Router = (method: string, path: string) => Found;

/** Makes the router of a store. */
export const router = (
  store: LightningStore,
  { limits, maxRequests, maxWaits, metrics, pages, hasToken, hasNames }: RouterOptions,
): Router => {
  const inWork = limit(maxRequests);
  const held = limit(maxWaits);
  const byRoute = answering(store, limits, { inWork, held });
  const traces = otlpTraces(store, { body: limits, inWork });
  const document = { hasToken, hasNames, hasMetrics: metrics !== null };

  const endpoints: readonly Endpoint[] = [
    get(`${ROOT}/health`, () => json(200, { status: "ok" })),
    get(`${ROOT}/ready`, async () => {
      // The engine is asked for one record: to count all takes longer the more there are.
      const outcome = await store.getLatestResources()();
      return E.isRight(outcome)
        ? json(200, { status: "ok" })
        : json(503, { status: "unavailable", detail: outcome.left.message });
    }),
    ...ROUTES.map((route) => ({
      method: route.method,
      path: `${ROOT}${route.path}`,
      answer: (asked: Asked) => byRoute(route, asked),
    })),
    post("/v1/traces", traces),
    ...["metrics", "logs", "development/profiles"].map((signal) =>
      post(`/v1/${signal}`, () => ({ status: 501, body: null, headers: {} }))
    ),
    ...metrics === null
      ? []
      : ["/v1/prometheus", "/v1/prometheus/"].map((path) =>
        get(path, () => text(metrics.text(), METRICS_TYPE))
      ),
    get("/openapi.json", () => json(200, openApi(document))),
    ...pages === null ? [get("/", () => text(INDEX, PLAIN))] : [],
  ];
  const find = finder(endpoints);

  return (method, path) => {
    const found = find(method, path);
    if (found !== null) return found;
    const isPage = method === "GET" && !/^\/v1(\/|$)/.test(path);
    return pages === null || !isPage
      ? { route: UNMATCHED, ids: {}, answer: () => refused(refusal(404, "Not Found")) }
      : { route: "/*", ids: {}, answer: () => page(pages, path) };
  };
};

/** What stands for the route of a request that none answers. */
export const UNMATCHED = "unmatched";

const get = (path: string, answer: Found["answer"]): Endpoint => ({ method: "GET", path, answer });

const post = (path: string, answer: Found["answer"]): Endpoint => ({
  method: "POST",
  path,
  answer,
});

/** What a person finds at the root. */
const INDEX = `A LightningStore, as in agent-lightning ${PROTOCOL}.

JSON API       ${ROOT}
OTLP traces    /v1/traces
Metrics        /v1/prometheus, where they are on
All of it      /openapi.json
`;
