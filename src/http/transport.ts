/** One request to a server, made again where that is safe, and its answer or why there is none. */

import { E } from "../deps/fp.ts";
import {
  capDelay,
  exponentialBackoff,
  limitRetries,
  retrying,
  RetryPolicies,
} from "../deps/retry.ts";
import { decode, isObject } from "../model/codec.ts";
import { aborted, backendError, type StoreError } from "../model/errors.ts";
import { WireError } from "./wire_error.ts";

/** Options of a connection. */
export interface ConnectOptions {
  /** The server's token. One that stands in the URL, as its password, counts too. */
  readonly token?: string;
  /** How long one request may take, in seconds; a wait has its own time besides. Default: 30. */
  readonly timeoutSeconds?: number;
  /** How often a request that may be made again is, after the first time. Default: 4. */
  readonly retries?: number;
  /** Headers of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes the requests. Default: the platform's `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** What is asked for. */
export interface Ask {
  readonly method: "GET" | "POST";
  /** Below the API's root. */
  readonly path: string;
  readonly body?: unknown;
  /**
   * `always`: twice is as once. `with key`: the server tells a second time by the key that comes
   * with it. `never`: what a lost answer has claimed is not claimed again.
   */
  readonly again: "always" | "with key" | "never";
  /** Seconds that the server may take besides. */
  readonly extraSeconds?: number;
  readonly signal?: AbortSignal;
}

/** Asks a server. It never rejects. */
export type Transport = (ask: Ask) => Promise<E.Either<StoreError, unknown>>;

/** Answers after which a request that may be made again is. */
const PASSING: ReadonlySet<number> = new Set([408, 502, 503, 504]);

/** Connects to nothing yet: each request stands by itself. */
export const transport = (url: string, options: ConnectOptions): Transport => {
  const { timeoutSeconds = 30, retries = 4, headers = {}, fetch = globalThis.fetch } = options;
  const { root, authorization } = addressOf(url, options.token);
  const policy = capDelay(
    2000,
    RetryPolicies.concat(exponentialBackoff(100), limitRetries(retries)),
  );

  const once = async (ask: Ask, key: string | null): Promise<Attempted> => {
    const deadline = AbortSignal.timeout((timeoutSeconds + (ask.extraSeconds ?? 0)) * 1000);
    const signal = ask.signal === undefined ? deadline : AbortSignal.any([ask.signal, deadline]);
    try {
      const answer = await fetch(
        new Request(`${root}${ask.path}`, {
          method: ask.method,
          signal,
          headers: {
            ...headers,
            ...authorization === null ? {} : { authorization },
            ...ask.body === undefined ? {} : { "content-type": "application/json" },
            ...key === null ? {} : { "idempotency-key": key },
          },
          ...ask.body === undefined ? {} : { body: JSON.stringify(ask.body) },
        }),
      );
      const text = await answer.text();
      ask.signal?.throwIfAborted();
      return answer.ok
        ? { passing: false, outcome: E.right(JSON.parse(text)) }
        : { passing: PASSING.has(answer.status), outcome: E.left(errorOf(root, answer, text)) };
    } catch (cause) {
      return ask.signal?.aborted
        ? { passing: false, outcome: E.left(aborted(ask.signal.reason)) }
        : {
          passing: !deadline.aborted || ask.again === "always",
          outcome: E.left(backendError(`No answer from ${root}`, cause)),
        };
    }
  };

  return async (ask) => {
    const key = ask.again === "with key" ? crypto.randomUUID() : null;
    const { outcome } = await retrying<Attempted>(
      policy,
      () => () => once(ask, key),
      ({ passing }) => passing && ask.again !== "never",
    )();
    return outcome;
  };
};

interface Attempted {
  readonly outcome: E.Either<StoreError, unknown>;
  /** Whether the failure may pass by itself. */
  readonly passing: boolean;
}

/** The root of the API, without what is secret, which goes into a header. */
const addressOf = (
  url: string,
  token: string | undefined,
): { readonly root: string; readonly authorization: string | null } => {
  const address = new URL(url);
  const { username, password } = address;
  address.username = "";
  address.password = "";
  address.search = "";
  address.hash = "";
  const root = `${address.href.replace(/\/+$/, "")}/v1/agl`;
  if (token !== undefined) return { root, authorization: `Bearer ${token}` };
  if (username === "" && password === "") return { root, authorization: null };
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    root,
    authorization: `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(credentials)))}`,
  };
};

/** What a server says went wrong; one that says it in words only is a failure of the engine. */
const errorOf = (root: string, { status }: Response, text: string): StoreError => {
  const body = parsed(text);
  const told = isObject(body) ? decode(WireError, body.error) : E.left(null);
  if (E.isRight(told)) return told.right;
  const detail = isObject(body) && typeof body.detail === "string"
    ? body.detail
    : text.slice(0, 200);
  return backendError(`${root} answered ${status}${detail === "" ? "" : `: ${detail}`}`, null);
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
