/** What an answer means that is not the one that was asked for. */

import { withoutSecrets } from "../core/secrets.ts";
import { E } from "../deps/fp.ts";
import { decode, isObject } from "../model/codec.ts";
import { backendError, type StoreError } from "../model/errors.ts";
import { WireError } from "../wire/wire_error.ts";
import { errorOfDetails, errorOfProse } from "./upstream_prose.ts";

/**
 * The outcome that it stands for. Our servers say it as data, those of agent-lightning in prose;
 * `wrapped` is the part of an operation's argument that the request's whole body was.
 */
export const outcomeOfFailure = (
  root: string,
  status: number,
  text: string,
  wrapped: string | undefined,
): E.Either<StoreError, null> => {
  const body = parsed(text);
  const { error, detail, error_type, traceback } = isObject(body) ? body : NOTHING;
  const told = decode(WireError, error);
  if (E.isRight(told)) return E.left(told.right);
  // A rollout is unknown, and the answer's declared type has no null.
  if (error_type === "ResponseValidationError") return E.right(null);
  const sentence = typeof traceback === "string"
    ? raised(traceback, `${error_type}: `)
    : typeof detail === "string"
    ? detail
    : beginningOf(text);
  return E.left(
    (Array.isArray(detail) ? errorOfDetails(detail, wrapped) : errorOfProse(sentence)) ??
      backendError(`${root} answered ${status}${sentence === "" ? "" : `: ${sentence}`}`, null),
  );
};

/** What is wrong with an answer that leads elsewhere; null for any other. */
export const redirected = (
  root: string,
  { status, type, headers }: Pick<Response, "status" | "type" | "headers">,
): StoreError | null => {
  // A browser does not tell where to.
  if (type === "opaqueredirect") return backendError(`${root} leads to another address`, null);
  const place = REDIRECTS.has(status) ? headers.get("location") : null;
  if (place === null) return null;
  return backendError(
    `${root} answered ${status} to ${withoutSecrets(place)}; connect to that address`,
    null,
  );
};

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** What is wrong with an answer of success that holds no JSON. */
export const unreadable = (root: string, status: number, text: string): StoreError =>
  backendError(
    `${root} answered ${status} with ${text === "" ? "nothing" : `no JSON: ${beginningOf(text)}`}`,
    null,
  );

const beginningOf = (text: string): string => text.slice(0, 200);

const NOTHING: Readonly<Record<string, unknown>> = {};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** What was raised, in its own words: they are the end of a traceback. */
const raised = (traceback: string, mark: string): string => {
  const at = traceback.lastIndexOf(mark);
  return at < 0 ? "" : traceback.slice(at + mark.length).trimEnd();
};
