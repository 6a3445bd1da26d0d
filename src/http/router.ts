/** Which request gets which answer, once it may be asked. */

import { E } from "../deps/fp.ts";
import { TrieRouter, tryDecode } from "../deps/hono.ts";
import type { LightningStore } from "../store/lightning_store.ts";
import { type Answer, busy, json, PLAIN, refused, text, withHeaders } from "./answer.ts";
import { answering, type Asked, type Limit } from "./answering.ts";
import type { BodyLimits } from "./body.ts";
import { refusal } from "../wire/faults.ts";
import { type Metrics, METRICS_TYPE } from "./metrics.ts";
import { openApi } from "./openapi/document.ts";
import { otlpTraces } from "./otlp/receive.ts";
import { page, type Pages } from "./pages.ts";
import { idsIn, PROTOCOL, ROOT, templateOf } from "../wire/protocol.ts";
import { ROUTES } from "../wire/routes.ts";

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

/** Who answers a request. */
export interface Found {
  /** The template of its path; `/*` for the pages of a dashboard. */
  readonly route: string;
  readonly ids: Asked["ids"];
  readonly answer: (asked: Asked) => Answer | Promise<Answer>;
}

/** Finds who answers a request by its method and its path. */
export type Router = (method: string, path: string) => Found;

/** Makes the router of a store. */
export const router = (
  store: LightningStore,
  { limits, maxRequests, maxWaits, metrics, pages, hasToken, hasNames }: RouterOptions,
): Router => {
  const inWork = counter(maxRequests);
  const held = counter(maxWaits);
  const byRoute = answering(store, limits, { inWork, held });
  const { bytes: maxBytes, seconds: bodySeconds, stopping } = limits;
  const traces = otlpTraces(store, { maxBytes, bodySeconds, stopping });
  const document = { hasToken, hasNames, hasMetrics: metrics !== null };

  const endpoints: readonly Endpoint[] = [
    get(`${ROOT}/health`, () => json(200, { status: "ok" })),
    get(`${ROOT}/ready`, async () => {
      const outcome = await store.statistics()();
      return E.isRight(outcome)
        ? json(200, { status: "ok" })
        : json(503, { status: "unavailable", detail: outcome.left.message });
    }),
    ...ROUTES.map((route) => ({
      method: route.method,
      path: `${ROOT}${route.path}`,
      answer: (asked: Asked) => byRoute(route, asked),
    })),
    post("/v1/traces", (asked) => inWork(() => traces(asked))),
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

/** A method and a path with who answers there. */
interface Endpoint extends Pick<Found, "answer"> {
  readonly method: "GET" | "POST";
  /** With the names of its ids, such as `/workers/:worker_id`. */
  readonly path: string;
}

const get = (path: string, answer: Found["answer"]): Endpoint => ({ method: "GET", path, answer });

const post = (path: string, answer: Found["answer"]): Endpoint => ({
  method: "POST",
  path,
  answer,
});

/** Finds an endpoint, or who refuses the method where the path has another one. */
const finder = (
  endpoints: readonly Endpoint[],
): (method: string, path: string) => Found | null => {
  const literal = new Map<string, Found>();
  const trie = new TrieRouter<Omit<Found, "ids">>();
  for (const { method, path, answer } of byPrecedence(endpoints)) {
    const route = templateOf(path);
    // The library finds those too, but takes longer for it than a store for a claim.
    if (idsIn(path).length === 0) literal.set(`${method} ${path}`, { route, ids: {}, answer });
    else trie.add(method, path, { route, answer });
  }
  for (const [path, methods] of methodsByPath(endpoints)) {
    const answer = withHeaders(refused(refusal(405, "Method Not Allowed")), {
      allow: methods.join(", "),
    });
    trie.add("ALL", path, { route: templateOf(path), answer: () => answer });
  }

  return (method, path) => {
    const found = literal.get(`${method} ${path}`);
    if (found !== undefined) return found;
    const [[first] = []] = trie.match(method, path);
    if (first === undefined) return null;
    const [{ route, answer }, segments] = first;
    const ids: Record<string, string> = {};
    for (const [name, segment] of Object.entries(segments)) {
      // The types of other routers have numbers here.
      const id = tryDecode(String(segment), decodeURIComponent);
      if (id === "") return null;
      ids[name] = id;
    }
    return { route, ids, answer };
  };
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
  const leave = (): void => {
    going--;
  };
  return (run) => {
    if (going >= most) {
      return Promise.resolve(refused(busy(`${most} requests of this kind are in work already`)));
    }
    going++;
    const running = run();
    running.then(leave, leave);
    return running;
  };
};

/** Literal segments come before ids. */
const byPrecedence = (endpoints: readonly Endpoint[]): readonly Endpoint[] =>
  endpoints.toSorted((a, b) => idsIn(a.path).length - idsIn(b.path).length);

/** The methods of each path; a literal segment may be an id as well. */
const methodsByPath = (
  endpoints: readonly Endpoint[],
): ReadonlyMap<string, readonly Endpoint["method"][]> =>
  new Map(
    endpoints.map(({ path }) => {
      const serving = endpoints.filter((it) => patternOf(it.path).test(path));
      return [path, [...new Set(serving.map(({ method }) => method))].toSorted()];
    }),
  );

const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`);
