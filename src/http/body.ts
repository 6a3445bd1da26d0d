/** The bytes of a body, as long as there are not too many and they come soon enough. */

import { E } from "../deps/fp.ts";
import { LONGEST_TIMER } from "../store/doorbell.ts";

/** What a body must keep to. */
export interface BodyLimits {
  /** How many bytes it may have. */
  readonly bytes: number;
  /** How long it may take to come, in seconds. */
  readonly seconds: number;
  /** Ends the reading, once the server stops. */
  readonly stopping: AbortSignal;
}

/** Bytes that nobody else writes to. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Why a body has not been read. */
export type Shortfall = "too large" | "too slow" | "cut short" | "stopping";

/** Reads a body to its end, after what `decode` makes of its stream. */
export const readBody = async (
  { headers, body }: Request,
  limits: BodyLimits,
  decode: (stream: ReadableStream<Bytes>) => ReadableStream<Bytes> = (stream) => stream,
): Promise<E.Either<Shortfall, Bytes>> => {
  if (Number(headers.get("content-length") ?? 0) > limits.bytes) return E.left("too large");
  if (body === null) return E.right(new Uint8Array());
  const { promise: over, resolve: end } = Promise.withResolvers<Shortfall>();
  const stop = () => end("stopping");
  const timer = setTimeout(() => end("too slow"), Math.min(limits.seconds * 1000, LONGEST_TIMER));
  limits.stopping.addEventListener("abort", stop);
  if (limits.stopping.aborted) stop();
  try {
    const reader = decode(body).getReader();
    const read = await gathered(reader, limits.bytes, over);
    if (E.isLeft(read)) reader.cancel().catch(() => {});
    return read;
  } catch {
    return E.left("cut short");
  } finally {
    clearTimeout(timer);
    limits.stopping.removeEventListener("abort", stop);
  }
};

/** The answer to whoever sent such a body. */
export const shortfallAnswer = (
  shortfall: Shortfall,
  { bytes, seconds }: BodyLimits,
): { readonly status: 400 | 408 | 413 | 503; readonly sentence: string } => {
  switch (shortfall) {
    case "too large":
      return { status: 413, sentence: `The body is larger than ${bytes} bytes` };
    case "too slow":
      return { status: 408, sentence: `The body took longer than ${seconds} seconds to come` };
    case "cut short":
      return { status: 400, sentence: "The body ends early" };
    case "stopping":
      return { status: 503, sentence: STOPPING };
  }
};

/** What a server that stops says to whoever it can no longer serve. */
export const STOPPING = "The server is stopping; ask again";

/** All pieces as one; it asks for no more as soon as there are too many bytes. */
const gathered = async (
  reader: ReadableStreamDefaultReader<Bytes>,
  most: number,
  over: Promise<Shortfall>,
): Promise<E.Either<Shortfall, Bytes>> => {
  const pieces: Bytes[] = [];
  let size = 0;
  for (;;) {
    const next = await Promise.race([reader.read(), over]);
    if (typeof next === "string") return E.left(next);
    if (next.done) return E.right(joined(pieces, size));
    size += next.value.length;
    if (size > most) return E.left("too large");
    pieces.push(next.value);
  }
};

const joined = (pieces: readonly Bytes[], size: number): Bytes => {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
};
