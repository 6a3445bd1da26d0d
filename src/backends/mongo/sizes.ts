/** What a document can hold. */

import { type InvalidArgument, invalidArgument } from "../../model/errors.ts";

/**
 * A server refuses documents above 16 MiB. The last one is left to what is not opaque, and to the
 * attempts to come: several thousand.
 */
export const LARGEST = 15 * 2 ** 20;

/** Refuses texts that are too large together, before anything is sent. */
export const tooLarge = (
  argument: string,
  texts: readonly (string | null | undefined)[],
): InvalidArgument | null => {
  const units = texts.reduce((sum, it) => sum + (it?.length ?? 0), 0);
  // No UTF-16 unit takes more than three bytes.
  if (units * 3 <= LARGEST) return null;
  const encoder = new TextEncoder();
  const bytes = texts.reduce((sum, it) => sum + encoder.encode(it ?? "").length, 0);
  return bytes <= LARGEST ? null : invalidArgument(
    argument,
    `expected at most ${LARGEST} bytes of JSON, which is what a MongoDB document holds, got ${bytes}`,
  );
};

/** Refuses a document, or as much of one as has texts, that is too large. */
export const documentTooLarge = (argument: string, document: object): InvalidArgument | null =>
  tooLarge(argument, Object.values(document).filter((it) => typeof it === "string"));

/** Refuses a payload, by the part of it that is too large. */
export const payloadTooLarge = (
  input: string | undefined,
  metadata: string | null | undefined,
): InvalidArgument | null =>
  tooLarge("input", [input]) ?? tooLarge("metadata", [metadata]) ??
    tooLarge("input and metadata", [input, metadata]);
