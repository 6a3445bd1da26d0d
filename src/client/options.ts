/** What a connection can be told. */

import { E } from "../deps/fp.ts";
import { type InvalidArgument, invalidArgument } from "../model/errors.ts";
import type { Numbers } from "../model/numbers.ts";
import {
  FUNCTION,
  integer,
  judge,
  type Kind,
  NUMBERS,
  OBJECT,
  refuseQuietly,
} from "../model/options.ts";
import { addressOf } from "./address.ts";

/** Options of a connection. */
export interface ConnectOptions {
  /** The server's token. One that stands in the URL, as its password, counts too. */
  readonly token?: string;
  /**
   * How long one request may take, in seconds; a wait has its own time besides. `Infinity`: as long as
   * it takes. Default: 30.
   */
  readonly timeoutSeconds?: number;
  /** How often a request that may be made again is, after the first time. Default: 4. */
  readonly retries?: number;
  /** How numbers of opaque values come back. Default: `double`. */
  readonly numbers?: Numbers;
  /** Headers of every request. The token and the client's own count before them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes the requests. Default: the platform's `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** Where a server is and how to ask it: options with their defaults filled in. */
export interface Connection {
  /** The root of its API. */
  readonly root: string;
  /** Where OTLP traces go. */
  readonly traces: string;
  /** Headers of every request, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly numbers: Numbers;
  readonly fetch: (request: Request) => Promise<Response>;
}

/** What the options must be, but for the token and what makes requests. */
const KINDS: Readonly<Record<keyof Omit<ConnectOptions, "token" | "fetch">, Kind>> = {
  timeoutSeconds: {
    is: (value) => typeof value === "number" && value > 0,
    expected: "seconds above 0",
  },
  retries: integer(0),
  numbers: NUMBERS,
  headers: OBJECT,
};

/** Fills in the defaults, or says what cannot be used; it repeats nothing that may be a secret. */
export const checkOptions = (
  url: string,
  options: ConnectOptions,
): E.Either<InvalidArgument, Connection> => {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    return E.left(invalidArgument("url", "expected http://… or https://…"));
  }
  const judged = judge(options, KINDS);
  if (E.isLeft(judged)) return judged;
  const {
    token,
    timeoutSeconds = 30,
    retries = 4,
    numbers = "double",
    headers = {},
    fetch = globalThis.fetch,
  } = options;
  // A platform may have none.
  if (typeof fetch !== "function") return refuseQuietly("fetch", FUNCTION.expected, fetch);
  const others = headersOf(headers);
  if (others === null) {
    return E.left(
      invalidArgument("headers", "expected names and texts that HTTP headers can have"),
    );
  }
  if (token !== undefined && !isFieldValue(token)) {
    return E.left(invalidArgument("token", "expected a text that an HTTP header can have"));
  }
  const { root, traces, authorization } = addressOf(url, token);
  const all = authorization === null ? others : { ...others, authorization };
  return E.right({ root, traces, headers: all, timeoutSeconds, retries, numbers, fetch });
};

/** Headers by their names in lower case; null for what none can be. */
const headersOf = (
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> | null => {
  if (!Object.values(headers).every(isFieldValue)) return null;
  try {
    return Object.fromEntries(new Headers(headers));
  } catch {
    return null;
  }
};

/** Whether it is what RFC 9110 lets the value of a header be; `Headers` takes more, which is not sent. */
const isFieldValue = (value: unknown): value is string =>
  typeof value === "string" && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
