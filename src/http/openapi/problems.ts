/** The answers that say what went wrong. Source: http-api.md, section 0.10. */

import { reference, type Schema } from "./schema.ts";

/** Statuses of such answers. */
export type ProblemStatus =
  | 400
  | 401
  | 403
  | 404
  | 408
  | 410
  | 413
  | 414
  | 421
  | 422
  | 431
  | 500
  | 503;

interface Problem {
  /** The name of its component. */
  readonly name: string;
  readonly description: string;
  readonly schema?: "Problem" | "ValidationProblem";
  readonly headers?: Readonly<Record<string, string>>;
}

const PROBLEMS: Readonly<Record<ProblemStatus, Problem>> = {
  400: { name: "BadRequest", description: "A value that cannot be used, or a body cut short" },
  401: {
    name: "Unauthorized",
    description: "No token, or a wrong one",
    headers: { "WWW-Authenticate": "How to bring it" },
  },
  403: { name: "Forbidden", description: "A page of another origin may not change what is here" },
  404: { name: "NotFound", description: "There is no such record, or an id is empty" },
  408: { name: "RequestTimeout", description: "The body took too long to come" },
  410: { name: "Gone", description: "The spans were evicted from memory" },
  413: { name: "ContentTooLarge", description: "The body is too large" },
  414: { name: "UriTooLong", description: "The URL is too long" },
  421: { name: "MisdirectedRequest", description: "The server is not called so" },
  422: {
    name: "UnprocessableContent",
    description: "The request does not fit, and where",
    schema: "ValidationProblem",
  },
  431: { name: "HeadersTooLarge", description: "The headers are too large" },
  500: { name: "InternalServerError", description: "A fault of the server" },
  503: {
    name: "ServiceUnavailable",
    description: "Too many requests are in work, or the server is stopping; ask again",
    headers: { "Retry-After": "Seconds" },
  },
};

/** Their components. */
export const RESPONSES: Schema = Object.fromEntries(
  Object.values(PROBLEMS).map(({ name, description, schema = "Problem", headers = {} }) => [name, {
    description,
    ...Object.keys(headers).length === 0 ? {} : {
      headers: Object.fromEntries(
        Object.entries(headers).map(([header, description]) => [
          header,
          { description, schema: { type: "string" } },
        ]),
      ),
    },
    content: { "application/json": { schema: reference("schemas", schema) } },
  }]),
);

/** The answers of an operation with these statuses. */
export const problems = (statuses: readonly ProblemStatus[]): Schema =>
  Object.fromEntries(
    statuses.map((status) => [status, reference("responses", PROBLEMS[status].name)]),
  );

/** The schemas of their bodies. */
export const PROBLEM_SCHEMAS: Schema = {
  Problem: {
    type: "object",
    properties: {
      detail: { type: "string", description: "One sentence" },
      error_type: { type: "string", description: "What agent-lightning raises" },
      request_id: { type: "string", description: "Names the request in the server's log" },
      error: reference("schemas", "StoreError"),
    },
    required: ["detail"],
  },
  ValidationProblem: {
    type: "object",
    properties: {
      detail: {
        type: "array",
        items: {
          type: "object",
          properties: {
            type: { type: "string" },
            loc: {
              type: "array",
              items: { type: ["string", "integer"] },
              description: "body, query or path, then keys and indexes",
            },
            msg: { type: "string" },
            input: {},
          },
          required: ["type", "loc", "msg"],
        },
      },
      error: reference("schemas", "StoreError"),
    },
    required: ["detail"],
  },
};
