/** What may go wrong between the driver and the server, and what can be done about it. */

import { E } from "../../deps/fp.ts";
import {
  capDelay,
  exponentialBackoff,
  limitRetries,
  retrying,
  RetryPolicies,
} from "../../deps/retry.ts";
import { backendError, type BackendFailure } from "../../model/errors.ts";

/** 20, 40, … 1000 ms: 2.3 s in all, besides the driver's own wait for a server. */
const RETRIES = capDelay(1000, RetryPolicies.concat(exponentialBackoff(20), limitRetries(7)));

/**
 * Runs something that can be run again: after an error that leaves open whether the server did it,
 * it is run once more, and told so. The driver's own retry of a write comes first, where the server
 * is one that knows a write when it sees it again; a standalone server is none.
 */
export const surviving = async <A>(run: (again: boolean) => Promise<A>): Promise<A> => {
  const outcome = await retrying<E.Either<unknown, A>>(
    RETRIES,
    ({ iterNumber }) => () =>
      run(iterNumber > 0).then(
        (value) => E.right(value),
        (cause) => E.left(cause),
      ),
    (outcome) => E.isLeft(outcome) && isPassing(outcome.left),
  )();
  if (E.isLeft(outcome)) throw outcome.left;
  return outcome.right;
};

/** What the driver calls an error of the connection. */
const CONNECTION_ERRORS: ReadonlySet<string> = new Set([
  "MongoNetworkError",
  "MongoNetworkTimeoutError",
  "MongoPoolClearedError",
]);

/**
 * Codes of a server that is going, or that is no primary any more, and of a write that met another.
 * Source: the retryable writes specification of MongoDB's drivers, and its error code table.
 */
const PASSING_CODES: ReadonlySet<unknown> = new Set([
  6, // HostUnreachable
  7, // HostNotFound
  89, // NetworkTimeout
  91, // ShutdownInProgress
  112, // WriteConflict
  189, // PrimarySteppedDown
  262, // ExceededTimeLimit
  9001, // SocketException
  10107, // NotWritablePrimary
  11600, // InterruptedAtShutdown
  11602, // InterruptedDueToReplStateChange
  13435, // NotPrimaryNoSecondaryOk
  13436, // NotPrimaryOrSecondary
  // The driver lets through what the platform says of a socket that has ended.
  "EPIPE",
  "ECONNRESET",
  "ERR_STREAM_DESTROYED",
]);

/** Whether an error passes by itself, so that another try makes sense. */
const isPassing = (cause: unknown): boolean => {
  const { name, code, errorLabels } = factsOf(cause);
  return CONNECTION_ERRORS.has(name) || PASSING_CODES.has(code) ||
    errorLabels.includes("RetryableWriteError");
};

/** The code of a statement whose unique key is in use. */
export const DUPLICATE = 11000;

/** Whether an error says that a unique key is in use; one of a bulk, that nothing else went wrong. */
export const isDuplicate = (cause: unknown): boolean => {
  const refused = writeErrorsOf(cause);
  return refused.length > 0
    ? refused.every(({ code }) => code === DUPLICATE)
    : factsOf(cause).code === DUPLICATE;
};

/** How often those that make one document may get in each other's way: once, since it is there then. */
const MOST_COLLISIONS = 8;

/**
 * Runs a write that makes a document where there is none. Of two that make one at once a server may
 * refuse either, and it tries again by itself only where the filter is the unique key and nothing
 * else. What the write has done before it is refused must be the same when it is done again.
 */
export const makingOnce = async <A>(write: () => Promise<A>): Promise<A> => {
  for (let collisions = 0;; collisions++) {
    try {
      return await surviving(write);
    } catch (cause) {
      if (!isDuplicate(cause) || collisions === MOST_COLLISIONS) throw cause;
    }
  }
};

/** The code of a document that is too large. */
export const TOO_LARGE = 10334;

/** Codes of a write that would make a document too large. */
const TOO_LARGE_CODES: ReadonlySet<number> = new Set([
  TOO_LARGE,
  17419, // of an update
  17420, // of an upsert
]);

/** Whether a statement was refused since its document would be too large. */
export const isTooLarge = ({ code }: Pick<StatementError, "code">): boolean =>
  TOO_LARGE_CODES.has(code);

/** Whether an error is an answer of the server by which it has done nothing, and will not. */
export const isRefusal = (cause: unknown): boolean =>
  factsOf(cause).name === "MongoServerError" && !isPassing(cause);

/** Whether an error says that the driver cannot make a message of what it was given: nothing is sent. */
export const isUnsent = (cause: unknown): cause is Error => UNSENT.has(factsOf(cause).name);

const UNSENT: ReadonlySet<string> = new Set([
  "MongoInvalidArgumentError", // above 16 MiB
  "RangeError", // above the 17 MiB of the driver's buffer
]);

/** Whether an error says that the server has no change streams, or no longer those asked for. */
export const isWithoutStreams = (cause: unknown): boolean =>
  STREAMLESS_CODES.has(factsOf(cause).code);

const STREAMLESS_CODES: ReadonlySet<unknown> = new Set([
  40573, // a standalone server
  40324, // an unknown stage of a pipeline
  115, // CommandNotSupported
  303, // Feature of an Atlas tier
]);

interface Facts {
  readonly name: string;
  readonly code: unknown;
  readonly errorLabels: readonly unknown[];
}

/** By shape: a client that is handed in may come from another copy of the driver. */
const factsOf = (cause: unknown): Facts => {
  if (typeof cause !== "object" || cause === null) return { name: "", code: null, errorLabels: [] };
  const labels: unknown = Reflect.get(cause, "errorLabels");
  const wrapped: unknown = Reflect.get(cause, "errorResponse");
  if (Reflect.get(cause, "name") === "MongoBulkWriteError" && wrapped instanceof Error) {
    return factsOf(wrapped);
  }
  return {
    name: String(Reflect.get(cause, "name")),
    code: Reflect.get(cause, "code"),
    errorLabels: Array.isArray(labels) ? labels : [],
  };
};

/** An error of one statement of a bulk: where, and why. */
export interface StatementError {
  readonly index: number;
  readonly code: number;
  readonly message: string;
}

/** What went wrong with single statements of a bulk; throws what is no such error. */
export const statementErrors = (cause: unknown): readonly StatementError[] => {
  const errors = writeErrorsOf(cause);
  if (errors.length === 0) throw cause;
  return errors;
};

/** The errors of a bulk's statements; none where it is another error. */
const writeErrorsOf = (cause: unknown): readonly StatementError[] => {
  if (factsOf(cause).name !== "MongoBulkWriteError") return [];
  const errors: unknown = Reflect.get(Object(cause), "writeErrors");
  const several = Array.isArray(errors) ? errors : errors === undefined ? [] : [errors];
  return several.map((it: unknown) => {
    const { index = -1, code = -1, errmsg = "" } = Object(it);
    return { index, code, message: errmsg };
  });
};

/** The error of an operation that the server did not carry out. */
export type Failing = (doing: string, cause: unknown) => BackendFailure;

/** Names the server, without what is secret in its address. */
export const failingAt = (address: string): Failing => (doing, cause) =>
  backendError(`${doing} at ${address}`, cause);
