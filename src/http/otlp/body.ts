/** Reads a body piece by piece, decompressed, within limits. */

import { E } from "../../deps/fp.ts";
import { type BodyLimits, type Bytes, readBytes, shortfallAnswer } from "../body.ts";
import type { Incoming } from "../head.ts";
import { type Failure, failure } from "./failure.ts";

/**
 * How much compressed data is expanded at once. A runtime expands each chunk that it is given as a
 * whole, up to a thousand times its size, so that nothing larger may be given.
 */
const PIECE = 4096;

type Coding = "gzip" | "deflate";

const CODINGS: ReadonlyMap<string, Coding> = new Map<string, Coding>([
  ["gzip", "gzip"],
  // Another name of the same. Source: RFC 9110, section 8.4.1.3.
  ["x-gzip", "gzip"],
  ["deflate", "deflate"],
]);

/** Reads a body within limits, of which its size counts before and after its decompression. */
export const readDecompressed = async (
  incoming: Incoming,
  limits: BodyLimits,
): Promise<E.Either<Failure, Bytes>> => {
  const codings = codingsOf(incoming.head.headers.get("content-encoding"));
  const [named] = codings;
  const coding = named === undefined ? null : CODINGS.get(named);
  if (coding === undefined || codings.length > 1) {
    return E.left(failure(415, `Unsupported Content-Encoding: ${codings.join(", ")}`));
  }
  const sent = metered(limits.bytes);
  const read = await readBytes(
    incoming,
    limits,
    coding === null
      ? undefined
      : (stream) => stream.pipeThrough(sent.meter).pipeThrough(new DecompressionStream(coding)),
  );
  if (E.isRight(read)) return read;
  // Nothing at all is no stream of any coding, and a whole request.
  if (sent.wasNothing()) return E.right(new Uint8Array());
  const { status, sentence } = shortfallAnswer(sent.isOver() ? "too large" : read.left, limits);
  return E.left(
    failure(
      status,
      status === 400 && coding !== null ? `${sentence} or is not valid ${coding}` : sentence,
    ),
  );
};

const codingsOf = (header: string | null): readonly string[] =>
  (header ?? "").toLowerCase().split(",").map((it) => it.trim())
    .filter((it) => it !== "" && it !== "identity");

/** Passes on small pieces, until there were too many bytes. */
const metered = (most: number): {
  readonly meter: TransformStream<Bytes, Bytes>;
  readonly isOver: () => boolean;
  /** Whether it has come to its end without any. */
  readonly wasNothing: () => boolean;
} => {
  let size = 0;
  let hasEnded = false;
  const meter = new TransformStream<Bytes, Bytes>({
    transform: (chunk, controller) => {
      size += chunk.length;
      if (size > most) return controller.error(new RangeError("too large"));
      for (let at = 0; at < chunk.length; at += PIECE) {
        controller.enqueue(chunk.subarray(at, at + PIECE));
      }
    },
    flush: () => {
      hasEnded = true;
    },
  });
  return { meter, isOver: () => size > most, wasNothing: () => hasEnded && size === 0 };
};
