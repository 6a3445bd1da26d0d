/** Requests as they go over the wire, made before the time counts. */

import type { Bytes } from "./connection.ts";

/** A request that posts JSON to a path of the JSON API. */
export const posting = (address: string, path: string, content: unknown): Bytes =>
  postingBytes(
    address,
    `/v1/agl${path}`,
    "application/json",
    encoder.encode(JSON.stringify(content)),
  );

/** A request that posts bytes of some type. */
export const postingBytes = (
  address: string,
  path: string,
  type: string,
  body: Uint8Array,
): Bytes => {
  const head = encoder.encode(
    `POST ${path} HTTP/1.1\r\nhost: ${new URL(address).host}\r\n` +
      `content-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  const request = new Uint8Array(head.length + body.length);
  request.set(head);
  request.set(body, head.length);
  return request;
};

const encoder = new TextEncoder();
