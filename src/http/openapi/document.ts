/** The OpenAPI document of the HTTP face, from its routes and the codecs of the model. */

import { groupBy } from "../../deps/grouping.ts";
import { PROTOCOL, ROOT, templateOf } from "../../wire/protocol.ts";
import { ROUTES } from "../../wire/routes.ts";
import { SCHEMAS } from "./components.ts";
import { operationOf } from "./operation.ts";
import { otherPaths } from "./other_paths.ts";
import { PROBLEM_SCHEMAS, type ProblemStatus, RESPONSES } from "./problems.ts";
import type { Schema } from "./schema.ts";

/** What of a server shows in its document. */
export interface Documented {
  /** Whether it asks for a token. */
  readonly hasToken: boolean;
  /** Whether it answers to some names only. */
  readonly hasNames: boolean;
  /** Whether it serves metrics. */
  readonly hasMetrics: boolean;
}

/** Makes the document, of OpenAPI 3.1. */
export const openApi = ({ hasToken, hasNames, hasMetrics }: Documented): Schema => {
  const always: readonly ProblemStatus[] = [
    414,
    431,
    500,
    503,
    ...hasToken ? [401 as const] : [],
    ...hasNames ? [421 as const] : [],
  ];
  const byPath = groupBy(ROUTES, ({ path }) => `${ROOT}${templateOf(path)}`);
  const paths = [...byPath].map(([path, routes]) => [
    path,
    Object.fromEntries(
      routes.map((route) => [route.method.toLowerCase(), operationOf(route, always)]),
    ),
  ]);
  return {
    openapi: "3.1.0",
    info: {
      title: "lightning-store",
      summary: "A LightningStore over HTTP, as in agent-lightning 0.3",
      version: PROTOCOL,
    },
    paths: { ...otherPaths(always, hasMetrics), ...Object.fromEntries(paths) },
    components: {
      schemas: { ...PROBLEM_SCHEMAS, ...SCHEMAS },
      responses: RESPONSES,
      ...hasToken ? { securitySchemes: SECURITY } : {},
    },
    ...hasToken ? { security: Object.keys(SECURITY).map((scheme) => ({ [scheme]: [] })) } : {},
  };
};

/** The token comes as a Bearer token, or as a password with any name. */
const SECURITY = {
  bearer: { type: "http", scheme: "bearer" },
  basic: { type: "http", scheme: "basic" },
};
