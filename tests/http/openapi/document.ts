/** Holds answers against the OpenAPI document that the server publishes. */

import { Ajv2020 } from "ajv";
import { openApi } from "../../../src/http/openapi/document.ts";
import { isObject } from "../../../src/model/codec.ts";
import type { Answer } from "../wire.ts";
import { resolved } from "./facts.ts";

const DOCUMENT = openApi({ hasToken: true, hasNames: true, hasMetrics: true });

/** OpenAPI's own words are none of JSON Schema's. */
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema(DOCUMENT, "openapi");

/** Paths with fewer ids come first, as in the router. */
const TEMPLATES = Object.keys(Object(DOCUMENT.paths))
  .map((template) => ({
    template,
    pattern: new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`),
    ids: template.split("{").length,
  }))
  .toSorted((a, b) => a.ids - b.ids);

/** How an answer breaks the document; null if it does not, or if the document has no such request. */
export const breachOf = (method: string, path: string, answer: Answer): string | null => {
  const template = TEMPLATES.find(({ pattern, template }) =>
    pattern.test(path) && method.toLowerCase() in Object(DOCUMENT.paths)[template]
  )?.template;
  if (template === undefined) return null;
  const { responses } = Object(DOCUMENT.paths)[template][method.toLowerCase()];
  const asked = `${method} ${path}: ${answer.status}`;
  if (!(answer.status in responses)) return `${asked} is not documented`;
  const { content } = resolved(DOCUMENT, responses[answer.status]);
  const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
  if (content === undefined) return answer.text === "" ? null : `${asked} has a body`;
  if (!isObject(content) || !(type in content)) return `${asked} is ${type}`;
  const { schema } = Object(content[type]);
  if (schema === undefined || answer.json === undefined) return null;
  return ajv.validate(pointing(schema), answer.json) ? null : `${asked}: ${ajv.errorsText()}`;
};

/** A schema whose references are to the document that it stands in. */
const pointing = (schema: unknown): Record<string, unknown> =>
  JSON.parse(
    JSON.stringify(schema),
    (key, value) => key === "$ref" ? `openapi${value}` : value,
  );
