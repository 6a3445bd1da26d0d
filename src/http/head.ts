/** The head of a request, which is read once. */

import { type Refusal, refusal } from "../wire/faults.ts";

/** What stands before a body. */
export interface Head {
  readonly method: string;
  /** The path, as a URL has it: whoever judges a request and whoever answers it mean the same one. */
  readonly path: string;
  /** The query with its question mark; empty for none. */
  readonly query: string;
  /** The name of the server that is asked, with its port. */
  readonly host: string;
  /** The page's origin, if one asks. */
  readonly origin: string | null;
  readonly headers: Headers;
  /** Why nothing more of the request is read; null where it is. */
  readonly refusal: Refusal | null;
}

/** A request, and its head. */
export interface Incoming {
  readonly request: Request;
  readonly head: Head;
}

/** The longest URL, in characters. What asks for more can be asked for in a body. */
const LONGEST_URL = 16_384;

/** How much all headers may hold together, in characters. */
const LARGEST_HEADERS = 16_384;

/** Reads the head of a request. */
export const headOf = (request: Request): Head => {
  const { method, url, headers } = request;
  const origin = headers.get("origin");
  const head = { method, path: "", query: "", host: "", origin, headers };
  if (url.length > LONGEST_URL) {
    return {
      ...head,
      refusal: refusal(414, `The URL is longer than ${LONGEST_URL} characters`),
    };
  }
  if (sizeOf(headers) > LARGEST_HEADERS) {
    return {
      ...head,
      refusal: refusal(431, `The headers are larger than ${LARGEST_HEADERS} characters`),
    };
  }
  try {
    const { host, pathname, search } = new URL(url);
    return {
      method,
      path: pathname,
      query: search,
      // A request that no server has taken names its host in the URL alone.
      host: headers.get("host") ?? host,
      origin,
      headers,
      refusal: null,
    };
  } catch {
    // A platform may put the header into the URL.
    return { ...head, refusal: refusal(400, "The URL, or the Host header, cannot be read") };
  }
};

const sizeOf = (headers: Headers): number => {
  let size = 0;
  headers.forEach((value, name) => size += name.length + value.length);
  return size;
};
