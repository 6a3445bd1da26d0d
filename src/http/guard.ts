/** Who may ask what: tokens, origins and hosts. Source: http-api.md, H-01, H-02 and section 4.4. */

import { type Refusal, refusal } from "../wire/faults.ts";
import { type Answer, PLAIN, text, withHeaders } from "./answer.ts";
import type { Head } from "./head.ts";

/** What a guard checks. */
export interface GuardOptions {
  /**
   * Whoever asks must bring it, as a Bearer token or as the password of Basic credentials. Default:
   * none. The health route is open all the same, since clients judge by it whether to try again. One
   * that is empty or undefined is no token yet: until there is one, nobody is answered.
   */
  readonly token?: string | undefined;
  /** Web pages that may ask, by their origin; `*` for all of them, then without credentials. */
  readonly origins?: readonly string[];
  /**
   * The names under which the server may be asked, without port; an IPv6 address in brackets.
   * Default: any.
   */
  readonly hosts?: readonly string[];
}

/** Judges a request by its head; null for one that may go on. */
export type Guard = (head: Head) => Refusal | null;

/** Whose answer leaves no room for a token to be guessed byte by byte. */
export const guard = (options: GuardOptions, open: ReadonlySet<string>): Guard => {
  const { token = "", hosts } = options;
  const expected = asksForToken(options) ? encoder.encode(token) : null;
  const names = hosts?.map(nameOf);
  const origins = originsOf(options);

  return ({ method, path, host, origin, headers }) => {
    if (names !== undefined && !names.includes(nameOf(host))) {
      return refusal(421, `${JSON.stringify(nameOf(host))} is none of this server's allowed hosts`);
    }
    const isReading = method === "GET" || method === "HEAD";
    if (origin !== null && !isReading && !isOwn(origin, host) && !isListed(origin, origins)) {
      return refusal(403, `Pages of ${origin} may not change what is here`);
    }
    if (expected === null) return null;
    if (expected.length === 0) {
      return refusal(503, "The server has no token yet, and answers nobody");
    }
    if (open.has(path)) return null;
    const given = tokenOf(headers.get("authorization"));
    return given !== null && isSame(encoder.encode(given), expected)
      ? null
      : refusal(401, "A token is needed: as a Bearer token, or as the password in the URL");
  };
};

const encoder = new TextEncoder();

/** The pages that may ask. */
export type Origins = ReadonlySet<string>;

/** Those that are listed. */
export const originsOf = ({ origins = [] }: GuardOptions): Origins => new Set(origins);

/** Whether a token is asked for. One that was to be and is missing must not open the doors. */
export const asksForToken = (options: GuardOptions): boolean => "token" in options;

/** The headers that let a page of a listed origin read an answer. */
export const corsHeaders = (
  { origin }: Head,
  origins: Origins,
): Readonly<Record<string, string>> => {
  if (origin === null || !isListed(origin, origins)) return {};
  return {
    "access-control-allow-origin": origin,
    // Any page at all must not act with a user's credentials.
    ...origins.has(origin) ? { "access-control-allow-credentials": "true" } : {},
    "access-control-expose-headers": "*",
    vary: "Origin",
  };
};

/** The answer to the question that a browser asks first; null where there is none of that kind. */
export const preflight = (head: Head, origins: Origins): Answer | null => {
  const { method, headers } = head;
  const isOne = method === "OPTIONS" && headers.has("access-control-request-method");
  if (!isOne || origins.size === 0) return null;
  if (!("access-control-allow-origin" in corsHeaders(head, origins))) {
    return { ...text("Disallowed CORS origin", PLAIN), status: 400 };
  }
  return withHeaders(text("OK", PLAIN), {
    "access-control-allow-methods": "GET, POST, OPTIONS",
    "access-control-allow-headers": headers.get("access-control-request-headers") ?? "",
    "access-control-max-age": "600",
  });
};

const isListed = (origin: string, origins: Origins): boolean =>
  origins.has(origin) || origins.has("*");

const isOwn = (origin: string, host: string): boolean =>
  URL.canParse(origin) && new URL(origin).host === host.toLowerCase();

/** A host's name without its port; its case does not count. */
const nameOf = (host: string): string => host.replace(/:\d*$/, "").toLowerCase();

const tokenOf = (authorization: string | null): string | null => {
  const [, scheme = "", credentials = ""] = /^(\w+) (.+)$/.exec(authorization ?? "") ?? [];
  switch (scheme.toLowerCase()) {
    case "bearer":
      return credentials;
    case "basic":
      return passwordOf(credentials);
    default:
      return null;
  }
};

const passwordOf = (credentials: string): string | null => {
  try {
    const bytes = Uint8Array.from(atob(credentials), (char) => char.charCodeAt(0));
    const text = new TextDecoder().decode(bytes);
    return text.slice(text.indexOf(":") + 1);
  } catch {
    return null;
  }
};

/** Takes the same time wherever two of one length differ. */
const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.reduce((difference, byte, i) => difference | (byte ^ (b[i] ?? 0)), a.length ^ b.length) === 0;
