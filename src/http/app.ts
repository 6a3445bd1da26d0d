/** The store as a service: a function from requests to answers, for any runtime with `fetch`. */

import { type Context, Hono } from "../deps/hono.ts";
import { E } from "../deps/fp.ts";
import type { LightningStore } from "../store/lightning_store.ts";
import { type Detail, type Refusal, refusal, refusalOf, unprocessable } from "./faults.ts";
import { coerced, readJson, readQuery } from "./reading.ts";
import { locating, misplacedNull, type Parts, refusedPage, type Route, ROUTES } from "./routes.ts";

/** Options of {@linkcode httpApp}. */
export interface HttpOptions {
  /** The largest body, in bytes. Default: 64 MiB. */
  readonly maxBodyBytes?: number;
}

/** Answers a request; it never rejects. */
export type HttpApp = (request: Request) => Promise<Response>;

/** The version of the protocol, which every answer names. */
const PROTOCOL = "0.3";

/** Where the JSON API is. */
const ROOT = "/v1/agl";

/**
 * Makes the HTTP face of a store: the JSON API of agent-lightning 0.3 below `/v1/agl`.
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
  const { maxBodyBytes = 64 * 2 ** 20 } = options;
  const app = new Hono();

  app.get(`${ROOT}/health`, () => json(200, { status: "ok" }));
  for (const route of byPrecedence(ROUTES)) {
    app.on(
      route.method,
      `${ROOT}${route.path}`,
      (context) => answering(store, route, context, maxBodyBytes),
    );
  }
  const known = new Set(ROUTES.map(({ path }) => path));
  for (const path of ["/health", ...known]) {
    const allow = path === "/health" ? ["GET"] : methodsOf(path);
    app.all(`${ROOT}${path}`, () => {
      const { status, body } = refusal(405, "Method Not Allowed");
      const answer = json(status, body);
      answer.headers.set("allow", allow.join(", "));
      return answer;
    });
  }
  app.notFound(() => refused(refusal(404, "Not Found")));
  app.onError(() => refused(refusal(500, "Internal server error")));

  return async (request) => {
    const answer = await app.fetch(request);
    answer.headers.set("x-agl-protocol", PROTOCOL);
    return answer;
  };
};

/** Literal segments come before ids. */
const byPrecedence = (routes: readonly Route[]): readonly Route[] =>
  routes.toSorted((a, b) => idsIn(a) - idsIn(b));

const idsIn = ({ path }: Route): number => path.split(":").length;

const methodsOf = (path: string): readonly string[] =>
  ROUTES.filter((route) => route.path === path).map(({ method }) => method);

const answering = async (
  store: LightningStore,
  route: Route,
  context: Context,
  maxBodyBytes: number,
): Promise<Response> => {
  const id = crypto.randomUUID();
  const parts = await partsOf(route, context, maxBodyBytes);
  if (E.isLeft(parts)) return refused(parts.left);
  const locate = locating(route);
  const badPage = refusedPage(route, parts.right);
  const outcome = badPage === null ? await route.run(store, parts.right)() : E.left(badPage);
  if (E.isRight(outcome)) return json(route.success, outcome.right);
  const error = outcome.left;
  // What the wire declares as a closed set of words fails as a type does.
  return error._tag === "InvalidArgument" && TYPED.has(error.argument)
    ? refused(unprocessable([{
      type: "enum",
      loc: locate([error.argument]),
      msg: error.message,
    }]))
    : refused(refusalOf(error, locate, id));
};

const TYPED: ReadonlySet<string> = new Set(["sort_order", "filter_logic"]);

const partsOf = async (
  route: Route,
  context: Context,
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
  // A span's attributes may be called as fields are that hold numbers.
  const body = coerced(read.right);
  const isNothing = body === undefined || body === null;
  if (isNothing && route.body === "required") return E.left(unprocessable([MISSING_BODY]));
  if (!isNothing && (typeof body !== "object" || Array.isArray(body))) {
    return E.left(
      unprocessable([{ type: "model_type", loc: ["body"], msg: "expected an object" }]),
    );
  }
  const field = misplacedNull(route, body);
  return field === null
    ? E.right({ ...parts, body: body ?? undefined })
    : E.left(refusal(400, `${field} may be left out, but must not be null`));
};

const MISSING_BODY: Detail = { type: "missing", loc: ["body"], msg: "Field required" };

const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json" },
  });

const refused = ({ status, body }: Refusal): Response => json(status, body);
