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
  /** What the body is, as its header says it; null where none does. */
  readonly contentType: string | null;
  /** How many bytes it has, in the same way. */
  readonly contentLength: string | null;
  /** All headers, those above too. */
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
export const headOf = ({ method, url, headers }: Request): Head => {
  const told = toldBy(headers);
  const place = url.length > LONGEST_URL ? null : placeOf(url);
  return {
    method,
    path: place?.path ?? "",
    query: place?.query ?? "",
    // A request that no server has taken names its host in the URL alone.
    host: told.host ?? place?.host ?? "",
    origin: told.origin,
    contentType: told.contentType,
    contentLength: told.contentLength,
    headers,
    refusal: url.length > LONGEST_URL
      ? refusal(414, `The URL is longer than ${LONGEST_URL} characters`)
      : told.size > LARGEST_HEADERS
      ? refusal(431, `The headers are larger than ${LARGEST_HEADERS} characters`)
      : place === null
      // A platform may put the header into the URL.
      ? refusal(400, "The URL, or the Host header, cannot be read")
      : null,
  };
};

/** What headers say of a request. */
interface Told extends Pick<Head, "origin" | "contentType" | "contentLength"> {
  readonly size: number;
  readonly host: string | null;
}

/** Reads them in one pass, since their size needs all of them. */
const toldBy = (headers: Headers): Told => {
  let size = 0;
  let host: string | null = null;
  let origin: string | null = null;
  let contentType: string | null = null;
  let contentLength: string | null = null;
  headers.forEach((value, name) => {
    size += name.length + value.length;
    if (name === "host") host = value;
    else if (name === "origin") origin = value;
    else if (name === "content-type") contentType = value;
    else if (name === "content-length") contentLength = value;
  });
  return { size, host, origin, contentType, contentLength };
};

/** Where a URL leads; null for one that cannot be read. */
const placeOf = (url: string): Pick<Head, "host" | "path" | "query"> | null => {
  const [, plainHost, plainPath] = PLAIN_URL.exec(url) ?? [];
  if (plainHost !== undefined && plainPath !== undefined) {
    return { host: plainHost, path: plainPath, query: "" };
  }
  try {
    const { host, pathname, search } = new URL(url);
    return { host, path: pathname, query: search };
  } catch {
    return null;
  }
};

/**
 * Most URLs: a host that is a name or the loopback address, and a path without dots or escapes, which
 * is what stands there. To parse one takes far longer.
 */
const PLAIN_URL = /^https?:\/\/((?:[a-z\d.-]*[a-z]|127\.0\.0\.1)(?::[1-5]?\d{1,4})?)(\/[\w/-]*)$/;
