/** What can go wrong, as data: {@linkcode StoreError}. */

/** One place in a value that does not fit: where, what was expected there, and what came. */
export interface Fault {
  /** Path from the argument, such as `rollouts[1].config.max_attempts`; empty for the whole value. */
  readonly path: string;
  /** What the place must hold, in words. */
  readonly expected: string;
  /** What it holds, in words, shortened. */
  readonly actual: string;
}

/** A rollout or attempt that an operation must touch does not exist. */
export interface NotFound {
  /** Tells this error from the others. */
  readonly _tag: "NotFound";
  /** One sentence for people. */
  readonly message: string;
  /** Which kind of record is missing. */
  readonly kind: "rollout" | "attempt";
  /** The id that was looked for. */
  readonly id: string;
}

/** A value does not fit the data model. Nothing was changed. */
export interface Validation {
  /** Tells this error from the others. */
  readonly _tag: "Validation";
  /** One sentence per fault. */
  readonly message: string;
  /** Every place that does not fit. */
  readonly faults: readonly Fault[];
}

/** An argument is of the right type, but its value cannot be used. Nothing was changed. */
export interface InvalidArgument {
  /** Tells this error from the others. */
  readonly _tag: "InvalidArgument";
  /** One sentence for people. */
  readonly message: string;
  /** The argument's name. */
  readonly argument: string;
}

/** The spans of a rollout were evicted from memory, so a query cannot be answered truly. */
export interface SpansEvicted {
  /** Tells this error from the others. */
  readonly _tag: "SpansEvicted";
  /** One sentence for people. */
  readonly message: string;
  /** The rollout whose spans are gone. */
  readonly rollout_id: string;
}

/** The engine below the store failed: disk, database, network. */
export interface BackendFailure {
  /** Tells this error from the others. */
  readonly _tag: "Backend";
  /** One sentence for people. */
  readonly message: string;
  /** What the engine raised. */
  readonly cause: unknown;
}

/** The operation or the engine is absent here. */
export interface Unsupported {
  /** Tells this error from the others. */
  readonly _tag: "Unsupported";
  /** One sentence for people that names what to use instead. */
  readonly message: string;
}

/** The caller's `AbortSignal` ended the call. */
export interface Aborted {
  /** Tells this error from the others. */
  readonly _tag: "Aborted";
  /** One sentence for people. */
  readonly message: string;
  /** The signal's reason. */
  readonly reason: unknown;
}

/**
 * Everything that an operation of the store can answer instead of its result.
 *
 * @example Act on the tag
 * ```ts
 * import { createStore, memory, type StoreError } from "@lightning/store";
 *
 * const explain = (error: StoreError): string =>
 *   error._tag === "NotFound" ? `no such ${error.kind}` : error.message;
 *
 * const result = await createStore(memory()).startAttempt({ rollout_id: "ro-none" })();
 * if (result._tag === "Left") console.log(explain(result.left)); // no such rollout
 * ```
 */
export type StoreError =
  | NotFound
  | Validation
  | InvalidArgument
  | SpansEvicted
  | BackendFailure
  | Unsupported
  | Aborted;

/**
 * The class that agent-lightning 0.3 raises for each kind of error, which its HTTP face publishes
 * as `error_type`. Source: the store contract, section 0.3.
 *
 * @example
 * ```ts
 * import { UPSTREAM_ERROR_CLASS } from "@lightning/store";
 *
 * console.log(UPSTREAM_ERROR_CLASS.NotFound); // ValueError
 * ```
 */
export const UPSTREAM_ERROR_CLASS: Readonly<Record<StoreError["_tag"], string>> = {
  NotFound: "ValueError",
  Validation: "ValidationError",
  InvalidArgument: "ValueError",
  SpansEvicted: "RuntimeError",
  Backend: "RuntimeError",
  Unsupported: "NotImplementedError",
  Aborted: "CancelledError",
};

export const rolloutNotFound = (id: string): NotFound => ({
  _tag: "NotFound",
  message: `Rollout ${id} not found`,
  kind: "rollout",
  id,
});

/** The wording that clients of `update_rollout` match on. */
export const itemNotFound = (id: string): NotFound => ({
  ...rolloutNotFound(id),
  message: `Item with rollout_id=${id} does not exist`,
});

export const attemptNotFound = (rollout_id: string, attempt_id: string): NotFound => ({
  _tag: "NotFound",
  message: `Attempt ${attempt_id} not found for rollout ${rollout_id}`,
  kind: "attempt",
  id: attempt_id,
});

export const noAttempts = (rollout_id: string, attempt_id: string): NotFound => ({
  ...attemptNotFound(rollout_id, attempt_id),
  message: `No attempts found for rollout ${rollout_id}`,
});

export const validation = (faults: readonly Fault[]): Validation => ({
  _tag: "Validation",
  message: faults.map(sentence).join("; "),
  faults,
});

const sentence = ({ path, expected, actual }: Fault): string =>
  `${path === "" ? "" : `${path}: `}expected ${expected}, got ${actual}`;

export const invalidArgument = (argument: string, message: string): InvalidArgument => ({
  _tag: "InvalidArgument",
  message: `${argument}: ${message}`,
  argument,
});

/** The wording that clients match on. Source: http-api.md, section 0.9. */
export const unknownSortField = (field: string, known: readonly string[]): InvalidArgument => ({
  _tag: "InvalidArgument",
  message: `Invalid sort_by: ${field}, allowed fields are: ${known.join(", ")}`,
  argument: "sort_by",
});

export const unknownSortOrder = (given: unknown): InvalidArgument =>
  invalidArgument("sort_order", `expected "asc" or "desc", got ${JSON.stringify(given)}`);

export const spansEvicted = (rollout_id: string): SpansEvicted => ({
  _tag: "SpansEvicted",
  message:
    `Spans of rollout ${rollout_id} were evicted from memory; raise evictionMemoryThreshold or use a backend on disk`,
  rollout_id,
});

export const backendError = (message: string, cause: unknown): BackendFailure => ({
  _tag: "Backend",
  // Engines may go on for pages; the cause has it all.
  message: cause instanceof Error ? `${message}: ${cause.message.split("\n", 1)[0]}` : message,
  cause,
});

export const unsupported = (message: string): Unsupported => ({ _tag: "Unsupported", message });

export const aborted = (reason: unknown): Aborted => ({
  _tag: "Aborted",
  message: "The wait was aborted by its signal",
  reason,
});
