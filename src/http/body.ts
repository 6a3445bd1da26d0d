/** The bytes of a body, as long as there are not too many and they come soon enough. */

import { E } from "../deps/fp.ts";
import { atEnd } from "../store/at_end.ts";
import { LONGEST_TIMER } from "../store/doorbell.ts";
import type { Incoming } from "./head.ts";
import { type Limit, TOO_MANY } from "./limit.ts";

/** What a body must keep to. */
export interface BodyLimits {
  /** How many bytes it may have. */
  readonly bytes: number;
  /** How long it may take to come, in seconds. */
  readonly seconds: number;
  /** Ends the reading, once the server stops; undefined where it never does. */
  readonly stopping: AbortSignal | undefined;
  /** How many may be on their way at once; those that are there already do not count. */
  readonly coming: Limit;
}

/** Bytes that nobody else writes to. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Why a body has not been read. */
export type Shortfall =
  | "too large"
  | "too slow"
  | "too many"
  | "cut short"
  | "not UTF-8"
  | "stopping";

/** What becomes of the stream of a body before it is read. */
type Decode = (stream: ReadableStream<Bytes>) => ReadableStream<Bytes>;

/** Reads a body to its end, after what `decode` makes of its stream. */
export const readBytes = (
  incoming: Incoming,
  limits: BodyLimits,
  decode?: Decode,
): Promise<E.Either<Shortfall, Bytes>> =>
  reading(
    incoming,
    limits,
    decode === undefined ? async (request) => new Uint8Array(await request.arrayBuffer()) : null,
    (request) => gathered(request, limits, decode),
    cutShort,
  ).then(fitting(limits));

/** Reads a body of UTF-8 to its end. */
export const readText = (
  incoming: Incoming,
  limits: BodyLimits,
): Promise<E.Either<Shortfall, string>> =>
  reading(
    incoming,
    limits,
    (request) => request.text(),
    async (request) => E.chain(utf8)(await gathered(request, limits)),
    cutShort,
  ).then((read) => E.chain(unmangled(incoming.head))(fitting(limits)(read)));

/**
 * Reads a body of JSON to its end, and leaves it to the platform to parse it, which takes less than
 * half as long. One that is not JSON, or empty, answers with what the parser says.
 */
export const readValue = (
  incoming: Incoming,
  limits: BodyLimits,
): Promise<E.Either<Shortfall | SyntaxError, unknown>> =>
  reading<unknown, Shortfall | SyntaxError>(
    incoming,
    limits,
    (request) => request.json(),
    async (request) => E.map(parsed)(E.chain(utf8)(await gathered(request, limits))),
    (cause) => cause instanceof SyntaxError ? cause : cutShort(),
  );

const decoder = new TextDecoder("utf-8", { fatal: true });

const utf8 = (bytes: Bytes): E.Either<Shortfall, string> =>
  E.tryCatch(() => decoder.decode(bytes), (): Shortfall => "not UTF-8");

const parsed = (text: string): unknown => JSON.parse(text);

/** What a platform puts where bytes are no UTF-8; somebody may also have written it. */
const REPLACEMENT = "\ufffd";

const encoder = new TextEncoder();

/** A text that a platform has made, unless its bytes were no UTF-8: it then has more than were sent. */
const unmangled = ({ contentLength }: Pick<Incoming["head"], "contentLength">) =>
(
  text: string,
): E.Either<Shortfall, string> =>
  text.includes(REPLACEMENT) && contentLength !== null &&
    encoder.encode(text).length > Number(contentLength)
    ? E.left("not UTF-8")
    : E.right(text);

/** Who makes a request without a server may say less than it sends. */
const fitting = ({ bytes }: BodyLimits) =>
<A extends { readonly length: number }>(
  read: E.Either<Shortfall, A>,
): E.Either<Shortfall, A> =>
  E.isRight(read) && read.right.length > bytes ? E.left("too large") : read;

/** Why a body has not been read that began well. */
const cutShort = (): Shortfall => "cut short";

/**
 * Reads a body; `why` says what has gone wrong where that rejects. One that tells its length is read
 * as a whole, if it can be: its stream takes far longer.
 */
const reading = <A, F>(
  { request, head: { contentLength } }: Incoming,
  limits: BodyLimits,
  whole: ((request: Request) => Promise<A>) | null,
  streamed: (request: Request) => Promise<E.Either<Shortfall, A>>,
  why: (cause: unknown) => F,
): Promise<E.Either<Shortfall | F, A>> =>
  Number(contentLength ?? 0) > limits.bytes
    ? Promise.resolve(E.left("too large"))
    : whole === null || contentLength === null
    ? streamed(request).catch((cause) => E.left(why(cause)))
    : soon(whole(request), limits, why);

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
    case "too many":
      return { status: 503, sentence: TOO_MANY.bodies };
    case "cut short":
      return { status: 400, sentence: "The body ends early" };
    case "not UTF-8":
      return { status: 400, sentence: "The body is not UTF-8" };
    case "stopping":
      return { status: 503, sentence: STOPPING };
  }
};

/** What a server that stops says to whoever it can no longer serve. */
export const STOPPING = "The server is stopping; ask again";

/** What comes soon enough. */
const soon = async <A, F>(
  coming: Promise<A>,
  limits: BodyLimits,
  why: (cause: unknown) => F,
): Promise<E.Either<Shortfall | F, A>> => {
  const here: { read: E.Either<F, A> | null } = { read: null };
  const came = coming.then(
    (value) => here.read = E.right(value),
    (cause) => here.read = E.left(why(cause)),
  );
  // Most bodies are there already; to watch over one would take longer than to read it.
  for (let microtask = 0; microtask < 4 && here.read === null; microtask++) await null;
  return here.read ?? await within<F, A>(limits, (over) => Promise.race([came, over]));
};

/** Waits for a body, if there are not too many that are waited for, until its time is over. */
const within = <F, A>(
  limits: BodyLimits,
  run: (over: Promise<E.Either<Shortfall, never>>) => Promise<E.Either<Shortfall | F, A>>,
): Promise<E.Either<Shortfall | F, A>> =>
  limits.coming(() => untilOver(limits, run), () => E.left("too many"));

/** Runs what must end when its time is over, or when the server stops. */
const untilOver = async <A>(
  { seconds, stopping }: BodyLimits,
  run: (over: Promise<E.Either<Shortfall, never>>) => Promise<A>,
): Promise<A> => {
  let end: (shortfall: Shortfall) => void = () => {};
  const over = new Promise<E.Either<Shortfall, never>>((resolve) => {
    end = (shortfall) => resolve(E.left(shortfall));
  });
  const stop = () => end("stopping");
  const timer = setTimeout(() => end("too slow"), Math.min(seconds * 1000, LONGEST_TIMER));
  const goOn = atEnd(stopping, stop);
  if (stopping?.aborted) stop();
  try {
    return await run(over);
  } finally {
    clearTimeout(timer);
    goOn();
  }
};

/** All pieces as one; it asks for no more as soon as there are too many bytes. */
const gathered = (
  { body }: Request,
  limits: BodyLimits,
  decode: Decode = (stream) => stream,
): Promise<E.Either<Shortfall, Bytes>> =>
  within(limits, async (over) => {
    if (body === null) return E.right(new Uint8Array());
    const reader = decode(body).getReader();
    const giveUp = (why: E.Either<Shortfall, never>) => {
      reader.cancel().catch(() => {});
      return why;
    };
    const pieces: Bytes[] = [];
    let size = 0;
    for (;;) {
      const next = await Promise.race([reader.read(), over]);
      if ("_tag" in next) return giveUp(next);
      if (next.done) return E.right(joined(pieces, size));
      size += next.value.length;
      if (size > limits.bytes) return giveUp(E.left("too large"));
      pieces.push(next.value);
    }
  });

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
