/** Receives traces by OTLP/HTTP. Source: http-api.md, section 3. */

import { E } from "../../deps/fp.ts";
import type { LightningStore } from "../../store/lightning_store.ts";
import type { Answer } from "../answer.ts";
import type { BodyLimits } from "../body.ts";
import type { Incoming } from "../head.ts";
import { type Limit, TOO_MANY } from "../limit.ts";
import { accepted, type Encoding, refused } from "./answers.ts";
import { readDecompressed } from "./body.ts";
import { spansOf } from "./convert.ts";
import { type Failure, failure } from "./failure.ts";
import { readJson } from "./json.ts";
import { type Limits, limitsOf } from "./limits.ts";
import { readProtobuf } from "./protobuf.ts";
import { type Rejections, storeSpans } from "./storing.ts";
import type { Traces } from "./traces.ts";

/** Options of {@linkcode otlpTraces}. */
export interface OtlpOptions {
  /** Of bodies; their size counts before and after their decompression. */
  readonly body: BodyLimits;
  /** How many requests may be in work at once. */
  readonly inWork: Limit;
}

/**
 * Makes the receiver of traces of a store, which answers what is posted to `/v1/traces`. It never
 * rejects.
 *
 * Spans name their rollout and attempt by attributes of their own or of their resource
 * (`RESOURCE_ATTRIBUTE`). What can be stored is stored; of the rest, the answer tells how many there
 * are, and why the first of them is.
 */
export const otlpTraces = (
  store: LightningStore,
  { body, inWork }: OtlpOptions,
): (incoming: Incoming) => Promise<Answer> => {
  const limits = limitsOf(body.bytes);
  return async (incoming) => {
    const type = incoming.head.contentType ?? "";
    const encoding = ENCODINGS.get(mediaTypeOf(type));
    if (encoding === undefined) {
      return refused(
        // Whoever sends a kind of JSON reads JSON.
        /json/i.test(type) ? "json" : "protobuf",
        failure(415, `Unsupported Content-Type: ${type === "" ? "none" : type}`),
      );
    }
    try {
      const bytes = await readDecompressed(incoming, body);
      if (E.isLeft(bytes)) return refused(encoding, bytes.left);
      const outcome = await inWork(
        () => receive(store, bytes.right, encoding, limits),
        () => E.left(failure(503, TOO_MANY.requests)),
      );
      return E.isLeft(outcome)
        ? refused(encoding, outcome.left)
        : accepted(encoding, outcome.right);
    } catch {
      // Such as a store that rejects, against its contract.
      return refused(encoding, failure(500, "Internal server error"));
    }
  };
};

const ENCODINGS: ReadonlyMap<string, Encoding> = new Map<string, Encoding>([
  ["application/x-protobuf", "protobuf"],
  ["application/json", "json"],
]);

/** Without its parameters. */
const mediaTypeOf = (type: string): string => (type.split(";", 1)[0] ?? "").trim().toLowerCase();

const READERS: Readonly<
  Record<Encoding, (bytes: Uint8Array, limits: Limits) => E.Either<Failure, Traces>>
> = { protobuf: readProtobuf, json: readJson };

const receive = async (
  store: LightningStore,
  bytes: Uint8Array,
  encoding: Encoding,
  limits: Limits,
): Promise<E.Either<Failure, Rejections>> => {
  const traces = READERS[encoding](bytes, limits);
  if (E.isLeft(traces)) return traces;
  const spans = spansOf(traces.right, limits.repeated);
  if (E.isLeft(spans)) return spans;
  const stored = await storeSpans(store, spans.right);
  // What the engine says may name its files or addresses.
  return E.isLeft(stored)
    ? E.left(failure(503, "The store cannot be reached; send the spans again"))
    : stored;
};
