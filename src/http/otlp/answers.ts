/** Answers to senders of OTLP, in the encoding of their requests. Source: http-api.md, section 3.1. */

import { BinaryWriter, WireType } from "../../deps/protobuf.ts";
import type { Answer } from "../answer.ts";
import { type Failure, shortened } from "./failure.ts";
import type { Rejections } from "./storing.ts";

/** How messages are written. */
export type Encoding = "protobuf" | "json";

const CONTENT_TYPES: Readonly<Record<Encoding, string>> = {
  protobuf: "application/x-protobuf",
  json: "application/json",
};

/** `ExportTraceServiceResponse`: it says nothing when all spans are stored. */
export const accepted = (encoding: Encoding, { count, reason }: Rejections): Answer => {
  const message = shortened(reason);
  const isWhole = count === 0;
  return answer(
    200,
    encoding,
    encoding === "json"
      ? JSON.stringify(
        isWhole ? {} : { partialSuccess: { rejectedSpans: String(count), errorMessage: message } },
      )
      : isWhole
      ? new Uint8Array()
      : new BinaryWriter()
        .tag(1, WireType.LengthDelimited).fork()
        .tag(1, WireType.Varint).int64(count)
        .tag(2, WireType.LengthDelimited).string(message)
        .join().finish(),
  );
};

/** `google.rpc.Status`, of which only the message is set. */
export const refused = (encoding: Encoding, { status, message }: Failure): Answer =>
  answer(
    status,
    encoding,
    encoding === "json"
      ? JSON.stringify({ message })
      : new BinaryWriter().tag(2, WireType.LengthDelimited).string(message).finish(),
    // Senders try again after 503 alone.
    status === 503 ? { "retry-after": "1" } : {},
  );

const answer = (
  status: number,
  encoding: Encoding,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({ status, body, headers: { "content-type": CONTENT_TYPES[encoding], ...headers } });
