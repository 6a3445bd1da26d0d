/** What an OpenAPI document says, as far as a client cares: which fields go where. */

import { isObject } from "../../../src/model/codec.ts";

/** One operation. Fields within fields are written with dots; lists are passed through. */
export interface OperationFacts {
  /** Names of what is in its path, its query and its headers. */
  readonly parameters?: readonly string[];
  /** Fields of its body. */
  readonly body?: readonly string[];
  /** Fields of what it answers with. */
  readonly answer?: readonly string[];
}

/** Operations by method and path, such as `GET /v1/agl/health`. */
export type Facts = Readonly<Record<string, OperationFacts>>;

/** A part of a document. */
type Part = Readonly<Record<string, unknown>>;

/** The facts of a document. */
export const factsOf = (document: Part): Facts =>
  Object.fromEntries(
    Object.entries(part(document.paths)).flatMap(([path, operations]) =>
      Object.entries(part(operations)).map(([method, operation]) => [
        `${method.toUpperCase()} ${path}`,
        operationFacts(document, part(operation)),
      ])
    ),
  );

/** What the first has that the second lacks, in words. */
export const missingIn = (expected: Facts, actual: Facts): readonly string[] =>
  Object.entries(expected).flatMap(([operation, facts]) => {
    const known = actual[operation];
    if (known === undefined) return [operation];
    return (["parameters", "body", "answer"] as const).flatMap((place) =>
      (facts[place] ?? [])
        .filter((field) => !(known[place] ?? []).includes(field))
        .map((field) => `${operation}: ${place}: ${field}`)
    );
  });

/** A reference, followed. */
export const resolved = (document: Part, found: unknown): Part => {
  const { $ref } = part(found);
  if (typeof $ref !== "string") return part(found);
  const keys = $ref.slice(2).split("/").map((key) => key.replace(/~1/g, "/").replace(/~0/g, "~"));
  return resolved(document, keys.reduce((at: unknown, key) => part(at)[key], document));
};

const operationFacts = (document: Part, operation: Part): OperationFacts => {
  const { 200: ok, 201: created } = part(operation.responses);
  return {
    parameters: list(operation.parameters).map((it) => String(part(it).name)),
    body: fieldsOf(document, schemaOf(operation.requestBody)),
    answer: fieldsOf(document, schemaOf(ok ?? created)),
  };
};

const schemaOf = (message: unknown): unknown =>
  part(part(part(message).content)["application/json"]).schema;

/** The fields of a schema, and those within them. */
const fieldsOf = (document: Part, schema: unknown): readonly string[] => {
  if (schema === undefined) return [];
  const { anyOf, oneOf, items, properties, additionalProperties } = resolved(document, schema);
  const within = (prefix: string, found: unknown) =>
    fieldsOf(document, found).map((field) => `${prefix}.${field}`);
  return [
    ...new Set([
      ...[...list(anyOf), ...list(oneOf), items].flatMap((it) => fieldsOf(document, it)),
      ...Object.entries(part(properties)).flatMap(([key, it]) => [key, ...within(key, it)]),
      ...within("*", additionalProperties),
    ]),
  ];
};

const part = (u: unknown): Part => isObject(u) ? u : {};

const list = (u: unknown): readonly unknown[] => Array.isArray(u) ? u : [];
