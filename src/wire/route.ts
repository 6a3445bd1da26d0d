/** What a route of the JSON API is, and how the argument of its operation is made of a request. */

import type { Codec, Decoder } from "../model/codec.ts";
import {
  type InvalidArgument,
  invalidArgument,
  type StoreError,
  unknownSortOrder,
} from "../model/errors.ts";
import type { CallOptions, LightningStore, StoreTask } from "../store/lightning_store.ts";
import { coerced } from "./coercion.ts";
import type { Locate } from "./faults.ts";
import { idsIn } from "./protocol.ts";
import { nullRefused } from "./wire_error.ts";

/** What is done once for each key: it makes records, changes them, or traces what is done. */
export type Keyed = "creation" | "update" | "trace";

/** One route. */
export interface Route {
  readonly method: "GET" | "POST";
  /** Its path below `/v1/agl`, with the names of its ids. */
  readonly path: string;
  /** Its name in the OpenAPI document. */
  readonly operationId: string;
  readonly summary: string;
  /**
   * The argument of its operation. What the path does not hold of it is in the body if there is one,
   * else in the query.
   */
  readonly takes: Decoder<unknown>;
  /** What it answers with. */
  readonly answers: Decoder<unknown>;
  readonly success: 200 | 201;
  /** Statuses of errors that not every route meets. */
  readonly errors?: readonly (404 | 410)[];
  /** Whether it takes a body: `required`, or one that may be left out. */
  readonly body?: "required" | "optional";
  /**
   * Whether its body is JSON and no more: it has nothing opaque, whose numbers would count as they are
   * written, and no client of agent-lightning sends tokens in it that JSON does not have. A platform
   * parses it in less than half the time.
   */
  readonly isPlain?: true;
  /** The part of the argument that the whole body is. */
  readonly wrapped?: string;
  /** Fields of the argument that the wire does not know. */
  readonly ignores?: readonly string[];
  /** Fields that may be left out, but not be null (section 0.5). */
  readonly notNull?: readonly string[];
  /**
   * The key below which numbers that JSON does not have become their names, since null would break
   * every reader there (H-07). Default: they are null everywhere.
   */
  readonly named?: string;
  /** What its pages can be sorted by, if it has some; a `limit` of 0 is refused then (H-18). */
  readonly sorts?: readonly string[];
  /**
   * A second time with the same key gets the first answer (H-11), which is kept among others of its
   * kind: traces are many and large, and push out no answer of others.
   */
  readonly keyed?: Keyed;
  /** Whether its answer may be held. */
  readonly waits?: (argument: unknown) => boolean;
  /** The operation. Where its answer may be held, the signal ends when the caller is gone. */
  readonly run: (
    store: LightningStore,
    argument: unknown,
    options: CallOptions,
  ) => StoreTask<unknown>;
}

/** A route as it is written down: its operation fits what it takes, and what it answers with. */
interface Written<Decoded, Argument, Answer> extends Omit<Route, "takes" | "answers" | "run"> {
  readonly takes: Codec<Decoded, Argument>;
  readonly answers: Decoder<Answer>;
  readonly run: (
    store: LightningStore,
    argument: Argument,
    options: CallOptions,
  ) => StoreTask<Answer>;
}

/** One route among others. */
export const route = <Decoded, Argument, Answer>(
  written: Written<Decoded, Argument, Answer>,
): Route => ({
  ...written,
  // The operation judges its argument: its type is what callers in TypeScript may write, and this is
  // what anybody wrote.
  run: (store, argument, options) => written.run(store, argument as Argument, options),
});

/** What a request brings, after its bytes have been read. */
export interface Parts {
  /** The ids in its path. */
  readonly path: Readonly<Record<string, string>>;
  /** The fields of its query. */
  readonly query: Readonly<Record<string, unknown>>;
  /** Its body; `undefined` for none. */
  readonly body: unknown;
}

/** The argument of a route's operation. */
export const argumentOf = (
  { takes, body, wrapped, ignores = [] }: Route,
  { path, query, body: content }: Parts,
): unknown => {
  const given = body === undefined ? query : content ?? {};
  const fields = wrapped === undefined ? given : { [wrapped]: given };
  const argument: Record<string, unknown> = { ...fields, ...path };
  for (const field of ignores) delete argument[field];
  return coerced(takes, argument);
};

/** Where each part of an operation's argument stood in the request. */
export const locating = ({ body, wrapped, path }: Route): Locate => (keys) => {
  const [first, ...rest] = keys;
  if (typeof first === "string" && idsIn(path).includes(first)) return ["path", ...keys];
  if (first !== undefined && first === wrapped) return ["body", ...rest];
  return [body === undefined ? "query" : "body", ...keys];
};

/** What is wrong with a null that stands where a field may only be absent. */
export const misplacedNull = ({ notNull = [] }: Route, argument: unknown): StoreError | null => {
  const field = notNull.find((field) => Object(argument)[field] === null);
  return field === undefined ? null : nullRefused(field);
};

/** A page that is refused on the wire though the store would answer it. */
export const refusedPage = ({ sorts }: Route, argument: unknown): InvalidArgument | null => {
  if (sorts === undefined) return null;
  const { limit, sort_order = "asc" } = Object(argument);
  return sort_order !== "asc" && sort_order !== "desc"
    ? unknownSortOrder(sort_order)
    : limit === 0
    ? invalidArgument("limit", "expected -1 for all, or 1 and up, got 0")
    : null;
};
