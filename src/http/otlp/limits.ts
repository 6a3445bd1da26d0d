/** How much a request may hold, so that a small body cannot fill the memory. */

/** The limits of one request, which follow from that of its decompressed body. */
export interface Limits {
  /** Bytes of the body, before and after its decompression. */
  readonly bytes: number;
  /** Messages of Protocol Buffers, or objects of JSON. */
  readonly messages: number;
  /** Spans. */
  readonly spans: number;
  /** Characters that stand once in the request, but again in each span that is stored. */
  readonly repeated: number;
}

/**
 * A full body of real spans stays below these: an attribute takes two messages and some 30
 * bytes, a span some hundreds of bytes. Small bodies are not counted that closely.
 */
export const limitsOf = (bytes: number): Limits => ({
  bytes,
  messages: Math.max(100_000, Math.floor(bytes / 12)),
  spans: Math.max(10_000, Math.floor(bytes / 128)),
  repeated: Math.max(2 ** 20, bytes),
});
