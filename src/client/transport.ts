/** One request to a server, made again where that is safe, and its answer or why there is none. */

import { E } from "../deps/fp.ts";
import {
  capDelay,
  exponentialBackoff,
  limitRetries,
  retrying,
  RetryPolicies,
} from "../deps/retry.ts";
import { aborted, backendError, type StoreError } from "../model/errors.ts";
import { type Numbers, parserOf } from "../model/numbers.ts";
import { PROTOCOL_HEADER } from "../wire/protocol.ts";
import { addressOf } from "./address.ts";
import { outcomeOfFailure } from "./failed_answer.ts";

/** Options of a connection. */
export interface ConnectOptions {
  /** The server's token. One that stands in the URL, as its password, counts too. */
  readonly token?: string;
  /** How long one request may take, in seconds; a wait has its own time besides. Default: 30. */
  readonly timeoutSeconds?: number;
  /** How often a request that may be made again is, after the first time. Default: 4. */
  readonly retries?: number;
  /** How numbers of opaque values come back. Default: `double`. */
  readonly numbers?: Numbers;
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
  /** The part of the operation's argument that the whole body is. */
  readonly wrapped?: string;
  /**
   * `always`: twice is as once. `with key`: one of our servers tells a second time by the key that
   * comes with it. `never`: what a lost answer has claimed is not claimed again.
   */
  readonly again: "always" | "with key" | "never";
  /** Seconds that the server may take besides. */
  readonly extraSeconds?: number;
  readonly signal?: AbortSignal;
}

/** A server at the other end. */
export interface Transport {
  /** Asks it. It never rejects. */
  readonly ask: (ask: Ask) => Promise<E.Either<StoreError, unknown>>;
  /**
   * Whether it is one of ours, which know more than those of agent-lightning. It is asked if it has
   * not told yet; null for one that does not answer.
   */
  readonly isOurs: () => Promise<boolean | null>;
}

/** Answers after which a request that may be made again is. */
const PASSING: ReadonlySet<number> = new Set([408, 502, 503, 504]);

/** Connects to nothing yet: each request stands by itself. */
export const transport = (url: string, options: ConnectOptions): Transport => {
  const { timeoutSeconds = 30, retries = 4, headers = {}, fetch = globalThis.fetch } = options;
  const { root, authorization } = addressOf(url, options.token);
  const parse = parserOf(options.numbers ?? "double");
  const policy = capDelay(
    2000,
    RetryPolicies.concat(exponentialBackoff(100), limitRetries(retries)),
  );
  /** What the last answer told. */
  let ours: boolean | null = null;

  const once = async (ask: Ask, key: string | null): Promise<Attempted> => {
    // Node takes whole milliseconds only.
    const deadline = AbortSignal.timeout(
      Math.ceil((timeoutSeconds + (ask.extraSeconds ?? 0)) * 1000),
    );
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
      // What a claim has brought is not thrown away.
      if (!answer.ok) ask.signal?.throwIfAborted();
      // Whatever stands between may fail in the server's place.
      if (answer.ok) ours = answer.headers.has(PROTOCOL_HEADER);
      return answer.ok ? { passing: false, outcome: E.right(parse(text)) } : {
        passing: PASSING.has(answer.status),
        outcome: outcomeOfFailure(root, answer.status, text, ask.wrapped),
      };
    } catch (cause) {
      return ask.signal?.aborted
        ? { passing: false, outcome: E.left(aborted(ask.signal.reason)) }
        : {
          passing: !deadline.aborted || ask.again === "always",
          outcome: E.left(backendError(`No answer from ${root}`, cause)),
        };
    }
  };

  const isOurs: Transport["isOurs"] = async () => {
    if (ours === null) await once({ method: "GET", path: "/health", again: "always" }, null);
    return ours;
  };

  const ask: Transport["ask"] = async (ask) => {
    const key = ask.again === "with key" ? crypto.randomUUID() : null;
    let last: Attempted | undefined;
    const attempt = async (): Promise<Attempted> => {
      if (last === undefined || key === null) return await once(ask, key);
      const knowsKeys = await isOurs();
      return knowsKeys ? await once(ask, key) : { ...last, passing: knowsKeys === null };
    };
    const { outcome } = await retrying<Attempted>(
      policy,
      () => async () => last = await attempt(),
      ({ passing }) => passing && ask.again !== "never",
    )();
    return outcome;
  };

  return { ask, isOurs };
};

interface Attempted {
  readonly outcome: E.Either<StoreError, unknown>;
  /** Whether the failure may pass by itself. */
  readonly passing: boolean;
}
