/** Requests to every route, each with an argument that fits. */

import { idsIn, ROOT } from "../../src/wire/protocol.ts";
import type { Route } from "../../src/wire/route.ts";
import { ROUTES } from "../../src/wire/routes.ts";
import { type Ids, OPERATIONS } from "../bad_input/operations.ts";

/** An argument of an operation, by its fields. */
export type Argument = Readonly<Record<string, unknown>>;

/** A route, and an argument that fits. */
export interface Fitting {
  readonly route: Route;
  readonly argument: Argument;
}

/** Every route; those that read come first. */
export const everyRoute = (ids: Ids): readonly Fitting[] =>
  ROUTES.toSorted((a, b) => Number(isWriting(a)) - Number(isWriting(b))).map((route) => ({
    route,
    argument: OPERATIONS[OPERATION[route.operationId] ?? route.operationId]?.fitting(ids) ?? {},
  }));

/** Where the name of an operation on the wire is not that of the store's function. */
const OPERATION: Readonly<Record<string, string>> = {
  enqueueRollouts: "enqueueManyRollouts",
  dequeueRollouts: "dequeueManyRollouts",
  searchRollouts: "queryRollouts",
  searchAttempts: "queryAttempts",
  searchSpans: "querySpans",
  searchResources: "queryResources",
  searchWorkers: "queryWorkers",
};

const isWriting = ({ method, path }: Route): boolean =>
  method === "POST" && !/search$|waits/.test(path);

/** Puts an argument into a request, as clients do. */
export const requestOf = (
  { route, argument }: Fitting,
  headers: Readonly<Record<string, string>> = {},
): Request => {
  const { method, path, body, wrapped, ignores = [] } = route;
  const ids = idsIn(path);
  const segments = path.replace(/:(\w+)/g, (_, id) => encodeURIComponent(String(argument[id])));
  const rest = Object.fromEntries(
    Object.entries(argument).filter(([key]) => !ids.includes(key) && !ignores.includes(key)),
  );
  const url = `http://localhost${ROOT}${segments}`;
  return body === undefined
    ? new Request(`${url}?${queryOf(rest)}`, { method, headers })
    : new Request(url, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(wrapped === undefined ? rest : rest[wrapped]),
    });
};

const queryOf = (fields: Argument): string =>
  String(
    new URLSearchParams(
      Object.entries(fields).flatMap(([key, value]) =>
        [value].flat().map((item) => [key, String(item)])
      ),
    ),
  );
