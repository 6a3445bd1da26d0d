/** What the document says of a route. */

import { type Decoder, Integer, judgedLater, nullable, oneOf } from "../../model/codec.ts";
import type { Slot } from "../../model/shape.ts";
import { idsIn } from "../../wire/protocol.ts";
import type { Route } from "../../wire/route.ts";
import { NAMED } from "./components.ts";
import { problems, type ProblemStatus } from "./problems.ts";
import { objectOf, type Schema, schemaOf } from "./schema.ts";

/** The operation of a route; `always` are the statuses that every operation may answer with. */
export const operationOf = (route: Route, always: readonly ProblemStatus[]): Schema => {
  const { operationId, summary, path, success, answers } = route;
  return {
    operationId,
    summary,
    tags: [path.split("/")[1]],
    parameters: [...idParameters(route), ...queryParameters(route), ...keyParameter(route)],
    ...route.body === undefined ? {} : {
      requestBody: {
        required: route.body === "required",
        content: { "application/json": { schema: bodyOf(route) } },
      },
    },
    responses: {
      [success]: {
        description: summary,
        content: { "application/json": { schema: schemaOf(answers, "output", NAMED.output) } },
      },
      ...problems([...always, ...problemsOf(route)]),
    },
  };
};

const problemsOf = (
  { method, path, body, sorts, notNull, errors = [] }: Route,
): readonly ProblemStatus[] => [
  422,
  ...body !== undefined || sorts || notNull ? [400 as const] : [],
  ...body === undefined ? [] : [408 as const, 413 as const],
  ...method === "POST" ? [403 as const] : [],
  ...idsIn(path).length > 0 ? [404 as const] : [],
  ...errors,
];

const fieldsOf = ({ takes: { shape } }: Route): readonly (readonly [string, Slot])[] =>
  shape._tag === "record" ? Object.entries(shape.fields) : [];

/** What the path does not hold of the argument, as closely as the wire judges it. */
const restOf = (route: Route): readonly (readonly [string, Slot])[] => {
  const { path, ignores = [] } = route;
  const elsewhere = [...idsIn(path), ...ignores];
  return fieldsOf(route)
    .filter(([key]) => !elsewhere.includes(key))
    .map(([key, slot]) => [key, { ...slot, part: closerPart(route, key, slot.part) }]);
};

const closerPart = (
  { sorts, notNull = [] }: Route,
  key: string,
  part: Decoder<unknown>,
): Decoder<unknown> => {
  if (notNull.includes(key)) return withoutNull(part);
  if (sorts === undefined) return part;
  return key === "sort_by" ? nullable(oneOf(...sorts)) : key === "limit" ? LIMIT : part;
};

/** No limit at all, or a positive one. */
const LIMIT = judgedLater(Integer, { anyOf: [{ minimum: -1, maximum: -1 }, { minimum: 1 }] });

const withoutNull = (part: Decoder<unknown>): Decoder<unknown> =>
  part.shape._tag === "nullable" ? part.shape.part : part;

const idParameters = (route: Route): readonly Schema[] =>
  fieldsOf(route)
    .filter(([key]) => idsIn(route.path).includes(key))
    .map(([name, { part }]) => ({
      name,
      in: "path",
      required: true,
      // An empty segment is none.
      schema: { ...schemaOf(part, "input", NAMED.input), minLength: 1 },
    }));

/** A query has no word for null: a field that is left out is null by default. */
const queryParameters = (route: Route): readonly Schema[] =>
  route.body !== undefined ? [] : restOf(route).map(([name, { part, absent }]) => {
    const initial = typeof absent === "function" ? absent() : null;
    return {
      name,
      in: "query",
      required: absent === null,
      schema: {
        ...schemaOf(withoutNull(part), "input", NAMED.input),
        ...initial === null ? {} : { default: initial },
      },
    };
  });

const keyParameter = ({ keyed }: Route): readonly Schema[] =>
  keyed === undefined ? [] : [{
    name: "Idempotency-Key",
    in: "header",
    description: "The same request with the same key gets the first answer again",
    schema: { type: "string" },
  }];

const bodyOf = (route: Route): Schema => {
  const rest = restOf(route);
  const whole = rest.find(([key]) => key === route.wrapped)?.[1];
  const schema = whole === undefined
    ? objectOf(rest, "input", NAMED.input)
    : schemaOf(whole.part, "input", NAMED.input);
  return route.body === "optional" ? { anyOf: [schema, { type: "null" }] } : schema;
};
