/** What the document says of paths that no operation of the store stands behind. */

import { ROOT } from "../../wire/protocol.ts";
import { problems, type ProblemStatus } from "./problems.ts";
import type { Schema } from "./schema.ts";

/** These paths; `always` are the statuses that every operation may answer with, but for health. */
export const otherPaths = (
  always: readonly ProblemStatus[],
  hasMetrics: boolean,
): Readonly<Record<string, Schema>> => ({
  [`${ROOT}/health`]: {
    get: {
      operationId: "health",
      summary: "Whether the server serves",
      security: [],
      responses: {
        200: answer("It does", STATUS),
        ...problems(always.filter((it) => isEarly(it) && it !== 401)),
      },
    },
  },
  [`${ROOT}/ready`]: {
    get: {
      operationId: "ready",
      summary: "Whether the store answers",
      responses: {
        ...problems(always),
        200: answer("It does", STATUS),
        503: answer("It does not", {
          ...STATUS,
          properties: { ...STATUS.properties, detail: { type: "string" } },
        }),
      },
    },
  },
  "/v1/traces": {
    post: {
      operationId: "otlpTraces",
      summary: "Takes traces by OTLP",
      requestBody: { required: true, content: OTLP },
      responses: {
        200: { description: "What can be stored is stored", content: OTLP },
        ...problems(always.filter(isEarly)),
        ...problems([403]),
        ...Object.fromEntries(
          Object.entries(OTLP_PROBLEMS).map(([status, description]) => [
            status,
            { description, content: OTLP },
          ]),
        ),
      },
    },
  },
  ...Object.fromEntries(
    ["metrics", "logs", "development/profiles"].map((signal) => [`/v1/${signal}`, {
      post: {
        operationId: `otlp_${signal.replace("/", "_")}`,
        summary: "Refuses a signal that the store has no place for",
        responses: {
          501: { description: "Traces alone are taken" },
          ...problems([...always.filter(isEarly), 403]),
        },
      },
    }]),
  ),
  ...hasMetrics
    ? {
      "/v1/prometheus": {
        get: {
          operationId: "metrics",
          summary: "What Prometheus scrapes; a slash may follow",
          responses: {
            200: {
              description: "The text format, version 0.0.4",
              content: { "text/plain": { schema: { type: "string" } } },
            },
            ...problems(always),
          },
        },
      },
    }
    : {},
  "/openapi.json": {
    get: {
      operationId: "openapi",
      summary: "This document",
      responses: { 200: answer("OpenAPI 3.1", { type: "object" }), ...problems(always) },
    },
  },
});

/** Whether it is an answer to any request, before its path counts. */
const isEarly = (status: ProblemStatus): boolean => status < 500;

const answer = (description: string, schema: Schema): Schema => ({
  description,
  content: { "application/json": { schema } },
});

const STATUS = {
  type: "object",
  properties: { status: { type: "string" } },
  required: ["status"],
};

/** OTLP's messages, in both of its encodings. */
const OTLP: Schema = {
  "application/x-protobuf": {},
  "application/json": { schema: { type: "object" } },
};

const OTLP_PROBLEMS: Readonly<Record<number, string>> = {
  400: "It cannot be read",
  408: "The body took too long to come",
  413: "The body is too large, before or after its decompression",
  415: "Its encoding is unknown",
  500: "A fault of the server",
  503: "The store cannot be reached; send the spans again",
};
