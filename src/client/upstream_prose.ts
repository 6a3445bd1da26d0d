/**
 * What servers of agent-lightning 0.3 say of an error, as the error. The wording is theirs; source:
 * http-api.md, sections 0.10 and 2.6.
 */

import { describe, isObject, joinPath } from "../model/codec.ts";
import {
  attemptNotFound,
  type Fault,
  invalidArgument,
  itemNotFound,
  noAttempts,
  rolloutNotFound,
  spansEvicted,
  type StoreError,
  unknownSortField,
  validation,
} from "../model/errors.ts";
import { CLOSED_WORDS } from "../wire/faults.ts";
import { nullRefused } from "../wire/wire_error.ts";

/** The error that a sentence tells of; null for one that tells of none in particular. */
export const errorOfProse = (sentence: string): StoreError | null => {
  for (const [wording, error] of MEANINGS) {
    const match = wording.exec(sentence);
    if (match !== null) return error(sentence, match[1] ?? "", match[2] ?? "");
  }
  return null;
};

type Meaning = (sentence: string, first: string, second: string) => StoreError;

const unfit = (argument: string): Meaning => (sentence) => invalidArgument(argument, sentence);

const MEANINGS: readonly (readonly [wording: RegExp, error: Meaning])[] = [
  [/^Rollout (.+) not found$/s, (_, rollout) => rolloutNotFound(rollout)],
  [
    /^Attempt (.+) not found for rollout (.+)$/s,
    (_, attempt, rollout) => attemptNotFound(rollout, attempt),
  ],
  // Which attempt was looked for is left unsaid.
  [/^No attempts found for rollout (.+)$/s, (_, rollout) => noAttempts(rollout, "latest")],
  // One wording is of the store in memory, the other one of that on MongoDB.
  [
    /^Item does not exist .*rollout_id='(.+?)'|^Item .*'rollout_id': '(.+?)'.* does not exist/s,
    (_, inMemory, onMongo) => itemNotFound(inMemory || onMongo),
  ],
  [/^Spans for rollout (.+) have been evicted$/s, (_, rollout) => spansEvicted(rollout)],
  [
    /^Invalid sort_by: (.*), allowed fields are: (.*)$/s,
    (_, field, known) => unknownSortField(field, known.split(", ")),
  ],
  [/^Failed to sort items by /, unfit("sort_by")],
  [/^Limit must be /, unfit("limit")],
  [/^Offset must be /, unfit("offset")],
  [/^(\w+) is invalid; it cannot be a null value/, (_, field) => nullRefused(field)],
];

/**
 * The error that the entries of a 422 tell of; `wrapped` is the part of an operation's argument that
 * the whole body was.
 */
export const errorOfDetails = (
  details: readonly unknown[],
  wrapped: string | undefined,
): StoreError => {
  const prefix = wrapped === undefined ? [] : [wrapped];
  const faults = details.filter(isObject).map((detail) => faultOf(prefix, detail));
  const [first] = faults;
  return first !== undefined && CLOSED_WORDS.has(first.path)
    ? invalidArgument(first.path, `expected ${first.expected}`)
    : validation(faults);
};

const faultOf = (
  prefix: readonly string[],
  { loc, msg, type, input, ctx }: Readonly<Record<string, unknown>>,
): Fault => {
  // First comes the part of the request.
  const [, ...keys] = Array.isArray(loc) ? loc.map(String) : [];
  const at = (...more: readonly string[]) => [...prefix, ...keys, ...more].reduce(joinPath, "");
  const { tag, expected_tags } = Object(ctx);
  switch (type) {
    case "missing":
      return { path: at(), expected: "a value", actual: describe(undefined) };
    case "union_tag_not_found":
    case "union_tag_invalid":
      return {
        path: at("resource_type"),
        expected: expected_tags ?? "a value",
        actual: describe(tag),
      };
    default:
      return {
        path: at(),
        expected: String(msg).replace(/^Input should be /, ""),
        actual: describe(input),
      };
  }
};
