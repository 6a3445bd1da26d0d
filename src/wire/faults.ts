/** What the wire answers when an operation fails. Source: http-api.md, section 0.10. */

import { type Fault, type StoreError, UPSTREAM_ERROR_CLASS } from "../model/errors.ts";
import { wireErrorOf } from "./wire_error.ts";

/** An answer that is not the one that was asked for. */
export interface Refusal {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One entry of a 422: where, and why. */
export interface Detail {
  readonly type: string;
  /** `body`, `query` or `path`, then keys and indexes. */
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input?: unknown;
}

/** A plain sentence. */
export const refusal = (status: number, detail: string): Refusal => ({ status, body: { detail } });

/** A body or a query that does not fit. */
export const unprocessable = (details: readonly Detail[]): Refusal => ({
  status: 422,
  body: { detail: details },
});

/** Where an argument of an operation stood in the request, by its path. */
export type Locate = (keys: readonly (string | number)[]) => readonly (string | number)[];

/** The answer for an error of the store, with the error itself; `id` is the request's. */
export const refusalOf = (error: StoreError, locate: Locate, id: string): Refusal => {
  const { status, body } = answerTo(error, locate, id);
  const told = wireErrorOf(error);
  return { status, body: told === null ? body : { ...body, error: told } };
};

const answerTo = (error: StoreError, locate: Locate, id: string): Refusal => {
  const error_type = UPSTREAM_ERROR_CLASS[error._tag];
  switch (error._tag) {
    case "Validation":
      return unprocessable(error.faults.map((fault) => detailOf(fault, locate)));
    case "InvalidArgument":
      // The wire declares some arguments as closed sets of words, which fail as types do.
      return CLOSED_WORDS.has(error.argument)
        ? unprocessable([{ type: "enum", loc: locate([error.argument]), msg: error.message }])
        : refusal(400, error.message);
    case "NotFound":
      return { status: 404, body: { detail: error.message, error_type } };
    case "SpansEvicted":
      return { status: 410, body: { detail: error.message, error_type } };
    case "Unsupported":
      return { status: 501, body: { detail: error.message, error_type } };
    case "Aborted":
      return { status: 499, body: { detail: error.message, error_type } };
    case "Backend":
      return { status: 500, body: { detail: "Internal server error", error_type, request_id: id } };
  }
};

/** Arguments that are one of a few words. */
export const CLOSED_WORDS: ReadonlySet<string> = new Set(["sort_order", "filter_logic"]);

const detailOf = ({ path, expected, actual }: Fault, locate: Locate): Detail => ({
  type: actual === "nothing" ? "missing" : "value_error",
  loc: locate(keysOf(path)),
  msg: actual === "nothing" ? "Field required" : `expected ${expected}, got ${actual}`,
  input: actual,
});

/** `a.b[0]["c d"]` as its keys; the inverse of how a fault's path is written. */
const keysOf = (path: string): readonly (string | number)[] =>
  [...path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)].map((
    [, index, quoted, name = ""],
  ) => index !== undefined ? Number(index) : quoted !== undefined ? JSON.parse(quoted) : name);
