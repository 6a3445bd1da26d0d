/** The head of a request: its path, and limits of its URL and its headers. */

import { E } from "../deps/fp.ts";
import { type Refusal, refusal } from "./faults.ts";

/** The longest URL, in characters. What asks for more can be asked for in a body. */
const LONGEST_URL = 16_384;

/** How much all headers may hold together, in characters. */
const LARGEST_HEADERS = 16_384;

/**
 * The path, as a URL has it: whoever judges a request and whoever answers it must mean the same one.
 */
export const pathOf = ({ url, headers }: Request): E.Either<Refusal, string> => {
  if (url.length > LONGEST_URL) {
    return E.left(refusal(414, `The URL is longer than ${LONGEST_URL} characters`));
  }
  if (sizeOf(headers) > LARGEST_HEADERS) {
    return E.left(refusal(431, `The headers are larger than ${LARGEST_HEADERS} characters`));
  }
  return E.tryCatch(
    () => new URL(url).pathname,
    // A platform may put the header into the URL.
    () => refusal(400, "The URL, or the Host header, cannot be read"),
  );
};

const sizeOf = (headers: Headers): number => {
  let size = 0;
  for (const [name, value] of headers) size += name.length + value.length;
  return size;
};
