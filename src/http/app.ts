/** The store as a service: a function from requests to answers, for any runtime with `fetch`. */

import { harmless } from "../core/harmless.ts";
import type { LightningStore } from "../store/lightning_store.ts";
import { PROTOCOL, PROTOCOL_HEADER, ROOT } from "../wire/protocol.ts";
import { type Answer, json, refused, responseOf } from "./answer.ts";
import type { Found } from "./finding.ts";
import {
  asksForToken,
  corsHeaders,
  guard,
  type GuardOptions,
  originsOf,
  preflight,
} from "./guard.ts";
import { type Head, headOf } from "./head.ts";
import { limit } from "./limit.ts";
import { measured } from "./measured.ts";
import type { Metrics } from "./metrics.ts";
import type { Pages } from "./pages.ts";
import { router, UNMATCHED } from "./router.ts";

/** Options of {@linkcode httpApp}. */
export interface HttpOptions extends GuardOptions {
  /** The largest body, in bytes. Default: 64 MiB. */
  readonly maxBodyBytes?: number;
  /** How long a body may take to come, in seconds; a slower one gets 408. Default: 30. */
  readonly bodySeconds?: number;
  /** How many requests may be in work at once, those that wait aside; more get 503. Default: 1,000. */
  readonly maxRequests?: number;
  /**
   * How many waits may be held at once, and for how many bodies it may be waited; more get 503.
   * Default: 10,000 each.
   */
  readonly maxWaits?: number;
  /**
   * Says that the server stops: what is held, and whatever waits for its body, gets 503 at once.
   * Default: it never does.
   */
  readonly stopping?: AbortSignal;
  /** Counts and times requests and operations, for Prometheus. Default: nothing does. */
  readonly metrics?: Metrics;
  /** The files of a dashboard, which are served at `/`. Default: none. */
  readonly pages?: Pages;
  /** Takes what became of each request. Default: nobody. */
  readonly log?: (line: RequestLog) => void;
}

/** What became of one request. It holds nothing that the request brought. */
export interface RequestLog {
  /** Names it, also in its answer. */
  readonly request_id: string;
  /** The request's method. */
  readonly method: string;
  /** The template of the route's path, or `unmatched`. */
  readonly route: string;
  /** The answer's status. */
  readonly status: number;
  /** How long it took. */
  readonly milliseconds: number;
  /** What went wrong by the server's fault, which its answer does not tell. */
  readonly fault?: string;
}

/** Answers a request; it never rejects. */
export type HttpApp = (request: Request) => Promise<Response>;

/**
 * Makes the HTTP face of a store: the JSON API of agent-lightning 0.3 below `/v1/agl`, OTLP traces
 * at `/v1/traces`, the document of both at `/openapi.json`, and metrics at `/v1/prometheus` if they
 * are on.
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
  const { stopping } = options;
  const { maxBodyBytes = 64 * 2 ** 20, bodySeconds = 30, maxWaits = 10_000 } = options;
  const origins = originsOf(options);
  const log = options.log === undefined ? null : harmless(options.log);
  const metrics = options.metrics ?? null;
  const observe = metrics === null ? null : harmless(metrics.observe);
  const judge = guard(options, new Set([`${ROOT}/health`]));
  const find = router(observe === null ? store : measured(store, observe), {
    limits: {
      bytes: maxBodyBytes,
      seconds: bodySeconds,
      stopping,
      coming: limit(maxWaits),
    },
    maxRequests: options.maxRequests ?? 1000,
    maxWaits,
    metrics,
    pages: options.pages ?? null,
    hasToken: asksForToken(options),
    hasNames: options.hosts !== undefined,
  });

  /** Who answers a request that may be asked; who says that it may not, for any other. */
  const whoAnswers = (head: Head): Found => {
    const asked = preflight(head, origins);
    if (asked !== null) return { route: UNMATCHED, ids: {}, answer: () => asked };
    const found = find(head.method, head.path);
    const refusal = head.refusal ?? judge(head);
    return refusal === null ? found : { ...found, answer: () => refused(refusal) };
  };

  return async (request) => {
    const begun = performance.now();
    const request_id = crypto.randomUUID();
    const head = headOf(request);
    const { method } = head;
    const { route, ids, answer: ask } = whoAnswers(head);
    let answer: Answer;
    try {
      answer = await ask({ request, head, ids, request_id });
    } catch (error) {
      const body = { detail: "Internal server error", request_id };
      answer = { ...json(500, body), fault: messageOf(error) };
    }
    const { status, fault } = answer;
    const response = responseOf(
      answer,
      { [PROTOCOL_HEADER]: PROTOCOL, "x-request-id": request_id },
      corsHeaders(head, origins),
      MORE_HEADERS[status] ?? {},
    );
    const milliseconds = performance.now() - begun;
    observe?.("agl_http", {
      path: route,
      method: METHODS.has(method) ? method : "other",
      status: String(status),
    }, milliseconds / 1000);
    log?.({
      request_id,
      method,
      route,
      status,
      milliseconds: Math.round(milliseconds * 100) / 100,
      ...fault === undefined ? {} : { fault },
    });
    return response;
  };
};

/** Headers that go with a status, whoever answers with it. */
const MORE_HEADERS: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { "www-authenticate": 'Basic realm="lightning-store"' },
  // The rest of the body may still come.
  408: { connection: "close" },
  413: { connection: "close" },
};

/** Methods that a metric tells apart; anybody may make up more. */
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "OPTIONS"]);

const messageOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause);
