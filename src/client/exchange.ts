/** One request to a server, and its answer or why there is none. */

import { E } from "../deps/fp.ts";
import { aborted, backendError, type StoreError } from "../model/errors.ts";
import { parseExact, parseNearest } from "../model/numbers.ts";
import { PROTOCOL_HEADER } from "../wire/protocol.ts";
import { outcomeOfFailure, redirected, unreadable } from "./failed_answer.ts";
import { untilEnded, within } from "./limits.ts";
import type { Connection } from "./options.ts";

/** What is asked for. */
export interface Ask {
  readonly method: "GET" | "POST";
  /** Below the API's root. */
  readonly path: string;
  /** The text of its body. A server may hold one that says for how many seconds, each time anew. */
  readonly body?: string | ((seconds: number) => string);
  /** The part of the operation's argument that the whole body is. */
  readonly wrapped?: string;
  /**
   * Whether it is made again when its answer is lost. `always`: twice is as once. `with key`: where
   * the server tells the second time by the key that comes with it, as ours do. `key or not`: the key
   * comes with it, and where no key is known twice is as once. `never`: what a lost answer has claimed
   * is not claimed again.
   */
  readonly again: "always" | "with key" | "key or not" | "never";
  /** When the caller stops to wait, by `performance.now()`; an answer may take its time besides. */
  readonly until?: number;
  readonly signal?: AbortSignal;
}

/** What came of one request. */
export interface Attempted {
  readonly outcome: E.Either<StoreError, unknown>;
  /** Whether the failure may pass by itself. */
  readonly passing: boolean;
  /** For how many milliseconds the server asks to be left alone. */
  readonly pause: number;
  /** Whether the server is one of ours; null for one that has not told. */
  readonly ours: boolean | null;
}

/** How long one held request takes, in seconds: proxies let go of longer ones. */
export const SLICE = 20;

/** Answers after which a request that may be made again is. */
const PASSING: ReadonlySet<number> = new Set([408, 502, 503, 504]);

/** How many milliseconds are left for an answer. */
export const leftFor = ({ until = Infinity }: Ask, { timeoutSeconds }: Connection): number =>
  until + timeoutSeconds * 1000 - performance.now();

/**
 * Makes requests, and never rejects. A key tells one that is made again; what the server holds can be
 * ended from `endings`.
 */
export const exchanging = (
  connection: Connection,
  endings: Set<() => void>,
): (ask: Ask, key: string | null) => Promise<Attempted> => {
  const { root, headers, timeoutSeconds, fetch } = connection;
  const parse = connection.numbers === "exact" ? parseExact : parseNearest;
  /** Those under way. One of Node's follows its signal only as long as somebody has hold of it. */
  const requests = new Set<Request>();

  const requestOf = (
    { method, path }: Ask,
    body: string | undefined,
    key: string | null,
    signal: AbortSignal,
  ): Request =>
    new Request(`${root}${path}`, {
      method,
      // One that is followed may become a GET, which changes nothing and is answered well.
      redirect: "manual",
      signal,
      headers: {
        ...headers,
        ...body === undefined ? {} : { "content-type": "application/json" },
        ...key === null ? {} : { "idempotency-key": key },
      },
      ...body === undefined ? {} : { body },
    });

  const answered = async (ask: Ask, request: Request): Promise<Attempted> => {
    requests.add(request);
    try {
      const answer = await fetch(request);
      return attempted(ask, answer, await answer.text());
    } finally {
      requests.delete(request);
    }
  };

  const attempted = (ask: Ask, answer: Response, text: string): Attempted => {
    const { ok, status } = answer;
    // What a claim has brought is not thrown away.
    if (!ok) ask.signal?.throwIfAborted();
    const elsewhere = redirected(root, answer);
    if (elsewhere !== null) return { ...FINAL, outcome: E.left(elsewhere) };
    if (!ok) {
      return {
        ...FINAL,
        outcome: outcomeOfFailure(root, status, text, ask.wrapped),
        passing: PASSING.has(status),
        pause: pauseIn(answer.headers),
      };
    }
    const outcome = E.tryCatch(() => parse(text), () => unreadable(root, status, text));
    // Whatever stands between may answer in the server's place.
    return E.isLeft(outcome)
      ? { ...FINAL, outcome, passing: true }
      : { ...FINAL, outcome, ours: answer.headers.has(PROTOCOL_HEADER) };
  };

  return async (ask, key) => {
    const { body, until = Infinity, signal } = ask;
    const leftForAnswer = leftFor(ask, connection);
    if (leftForAnswer <= 0) return outOfTime(root);
    const left = Math.max(0, until - performance.now()) / 1000;
    const seconds = typeof body === "function" ? Math.min(left, SLICE) : 0;
    try {
      return await within({
        milliseconds: Math.min((seconds + timeoutSeconds) * 1000, leftForAnswer),
        signal,
        endings: seconds > 0 ? endings : undefined,
      }, (own) => {
        const text = typeof body === "function" ? body(seconds) : body;
        return untilEnded(answered(ask, requestOf(ask, text, key, own)), own);
      });
    } catch (cause) {
      return signal?.aborted ? { ...FINAL, outcome: E.left(aborted(signal.reason)) } : {
        ...FINAL,
        outcome: E.left(backendError(`No answer from ${root}`, cause)),
        passing: true,
      };
    }
  };
};

/** Nothing is sent that nobody would hear the answer of. */
const outOfTime = (root: string): Attempted => ({
  ...FINAL,
  outcome: E.left(
    backendError(`No answer from ${root}`, new DOMException("no time is left", "TimeoutError")),
  ),
});

/** Of an answer that is not asked for again. */
const FINAL = { passing: false, pause: 0, ours: null } as const;

/** `Retry-After` is a number of seconds, or a date. */
const pauseIn = (headers: Headers): number => {
  const wish = headers.get("retry-after") ?? "";
  const pause = /^\d+$/.test(wish) ? Number(wish) * 1000 : Date.parse(wish) - Date.now();
  return pause > 0 ? pause : 0;
};
