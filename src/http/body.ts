/** The bytes of a body, as long as there are not too many and they come soon enough. */

import { E } from "../deps/fp.ts";
import { LONGEST_TIMER } from "../store/doorbell.ts";

/** What a body must keep to. */
export interface BodyLimits {
  /** How many bytes it may have. */
  readonly bytes: number;
  /** How long it may take to come, in seconds. */
  readonly seconds: number;
  /** Ends the reading, once the server stops; undefined where it never does. */
  readonly stopping: AbortSignal | undefined;
}

/** Bytes that nobody else writes to. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Why a body has not been read. */
export type Shortfall = "too large" | "too slow" | "cut short" | "stopping";

/** Reads a body to its end, after what `decode` makes of its stream. */
export const readBody = async (
  request: Request,
  limits: BodyLimits,
  decode?: (stream: ReadableStream<Bytes>) => ReadableStream<Bytes>,
): Promise<E.Either<Shortfall, Bytes>> => {
  const length = request.headers.get("content-length");
  if (Number(length ?? 0) > limits.bytes) return E.left("too large");
  try {
    return length !== null && decode === undefined
      ? await whole(request, limits)
      : await within(limits, (over) => gathered(request, limits.bytes, over, decode));
  } catch {
    return E.left("cut short");
  }
};

/** Runs what must end when its time is over, or when the server stops. */
const within = async <A>(
  { seconds, stopping }: BodyLimits,
  run: (over: Promise<Shortfall>) => Promise<A>,
): Promise<A> => {
  let end: (shortfall: Shortfall) => void = () => {};
  const over = new Promise<Shortfall>((resolve) => end = resolve);
  const stop = () => end("stopping");
  const timer = setTimeout(() => end("too slow"), Math.min(seconds * 1000, LONGEST_TIMER));
  stopping?.addEventListener("abort", stop);
  if (stopping?.aborted) stop();
  try {
    return await run(over);
  } finally {
    clearTimeout(timer);
    stopping?.removeEventListener("abort", stop);
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

/** A body that tells its length: a platform reads it far faster than its stream is read. */
const whole = async (
  request: Request,
  limits: BodyLimits,
): Promise<E.Either<Shortfall, Bytes>> => {
  const bytes = request.arrayBuffer();
  const read = await ofNow(bytes) ?? await within(limits, (over) => Promise.race([bytes, over]));
  if (typeof read === "string") return E.left(read);
  return read.byteLength > limits.bytes ? E.left("too large") : E.right(new Uint8Array(read));
};

/** What is there already, as most bodies are; to watch over it would take longer than to read it. */
const ofNow = async <A>(promise: Promise<A>): Promise<A | null> => {
  let value: A | null = null;
  promise.then((it) => value = it, () => {});
  for (let microtask = 0; microtask < 4 && value === null; microtask++) await null;
  return value;
};

/** All pieces as one; it asks for no more as soon as there are too many bytes. */
const gathered = async (
  { body }: Request,
  most: number,
  over: Promise<Shortfall>,
  decode: (stream: ReadableStream<Bytes>) => ReadableStream<Bytes> = (stream) => stream,
): Promise<E.Either<Shortfall, Bytes>> => {
  if (body === null) return E.right(new Uint8Array());
  const reader = decode(body).getReader();
  const giveUp = (why: Shortfall) => {
    reader.cancel().catch(() => {});
    return E.left(why);
  };
  const pieces: Bytes[] = [];
  let size = 0;
  for (;;) {
    const next = await Promise.race([reader.read(), over]);
    if (typeof next === "string") return giveUp(next);
    if (next.done) return E.right(joined(pieces, size));
    size += next.value.length;
    if (size > most) return giveUp("too large");
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
