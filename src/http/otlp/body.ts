/** Reads a body piece by piece, decompressed, within a limit. */

import { E } from "../../deps/fp.ts";
import { type Failure, failure } from "./failure.ts";

/**
 * How much compressed data is expanded at once. A runtime expands each chunk that it is given as a
 * whole, up to a thousand times its size, so that nothing larger may be given.
 */
const PIECE = 4096;

type Bytes = Uint8Array<ArrayBuffer>;

type Coding = "gzip" | "deflate";

const CODINGS: ReadonlyMap<string, Coding> = new Map<string, Coding>([
  ["gzip", "gzip"],
  // Another name of the same. Source: RFC 9110, section 8.4.1.3.
  ["x-gzip", "gzip"],
  ["deflate", "deflate"],
]);

/** Reads a body of up to `most` bytes, before and after its decompression. */
export const readBody = async (
  request: Request,
  most: number,
): Promise<E.Either<Failure, Bytes>> => {
  const codings = codingsOf(request.headers.get("content-encoding"));
  const [named] = codings;
  const coding = named === undefined ? null : CODINGS.get(named);
  if (coding === undefined || codings.length > 1) {
    return E.left(failure(415, `Unsupported Content-Encoding: ${codings.join(", ")}`));
  }
  const tooLarge = failure(413, `The body is larger than ${most} bytes`);
  if (Number(request.headers.get("content-length") ?? 0) > most) return E.left(tooLarge);
  if (request.body === null) return E.right(new Uint8Array());

  const sent = metered(most);
  try {
    const bytes = await gathered(
      coding === null
        ? request.body
        : request.body.pipeThrough(sent.meter).pipeThrough(new DecompressionStream(coding)),
      most,
    );
    return bytes === null ? E.left(tooLarge) : E.right(bytes);
  } catch {
    return E.left(
      sent.isOver() ? tooLarge : failure(
        400,
        coding === null ? "The body ends early" : `The body ends early or is not valid ${coding}`,
      ),
    );
  }
};

const codingsOf = (header: string | null): readonly string[] =>
  (header ?? "").toLowerCase().split(",").map((it) => it.trim())
    .filter((it) => it !== "" && it !== "identity");

/** Passes on small pieces, until there were too many bytes. */
const metered = (most: number): {
  readonly meter: TransformStream<Bytes, Bytes>;
  readonly isOver: () => boolean;
} => {
  let size = 0;
  const meter = new TransformStream<Bytes, Bytes>({
    transform: (chunk, controller) => {
      size += chunk.length;
      if (size > most) return controller.error(new RangeError("too large"));
      for (let at = 0; at < chunk.length; at += PIECE) {
        controller.enqueue(chunk.subarray(at, at + PIECE));
      }
    },
  });
  return { meter, isOver: () => size > most };
};

/** All bytes of a stream; null as soon as there are too many, and then no more are asked for. */
const gathered = async (stream: ReadableStream<Bytes>, most: number): Promise<Bytes | null> => {
  const chunks: Bytes[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > most) return null;
    chunks.push(chunk);
  }
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
};
