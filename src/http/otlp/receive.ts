/** Receives traces by OTLP/HTTP. Source: http-api.md, section 3. */

import { E } from "../../deps/fp.ts";
import type { LightningStore } from "../../store/lightning_store.ts";
import type { Answer } from "../answer.ts";
import type { BodyLimits } from "../body.ts";
import type { Incoming } from "../head.ts";
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
  /** The largest body, in bytes, before and after its decompression. Default: 64 MiB. */
  readonly maxBytes?: number;
  /** How long a body may take to come, in seconds. Default: 30. */
  readonly bodySeconds?: number;
  /** Ends the reading of bodies, once the server stops. Default: it never does. */
  readonly stopping?: AbortSignal | undefined;
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
  { maxBytes = 64 * 2 ** 20, bodySeconds = 30, stopping }: OtlpOptions = {},
): (incoming: Incoming) => Promise<Answer> => {
  const body = { bytes: maxBytes, seconds: bodySeconds, stopping };
  const limits = limitsOf(maxBytes);
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
      const outcome = await receive(store, incoming, encoding, { ...limits, body });
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
  incoming: Incoming,
  encoding: Encoding,
  limits: Limits & { readonly body: BodyLimits },
): Promise<E.Either<Failure, Rejections>> => {
  const bytes = await readDecompressed(incoming, limits.body);
  if (E.isLeft(bytes)) return bytes;
  const traces = READERS[encoding](bytes.right, limits);
  if (E.isLeft(traces)) return traces;
  const spans = spansOf(traces.right, limits.repeated);
  if (E.isLeft(spans)) return spans;
  const stored = await storeSpans(store, spans.right);
  // What the engine says may name its files or addresses.
  return E.isLeft(stored)
    ? E.left(failure(503, "The store cannot be reached; send the spans again"))
    : stored;
};
