/** As much of MongoDB's wire protocol as a proxy needs: where a message ends, and what it asks. */

/** A whole message, its header included. */
export interface Message {
  readonly bytes: Uint8Array;
  readonly requestId: number;
  /** The request that it answers; 0 in a request. */
  readonly responseTo: number;
  /** The name of its command; null where it is not a readable request, as is a driver's greeting. */
  readonly command: string | null;
  /** Whether the sender waits for an answer. */
  readonly wantsAnswer: boolean;
}

/** The messages that come over a connection, until it ends; half of one at the end is left out. */
export async function* messages(connection: Pick<Deno.Conn, "read">): AsyncGenerator<Message> {
  const buffer = new Uint8Array(64 * 1024);
  let rest: Uint8Array = new Uint8Array(0);
  for (let read; (read = await connection.read(buffer)) !== null;) {
    rest = joined(rest, buffer.subarray(0, read));
    for (let length; (length = lengthOf(rest)) <= rest.length; rest = rest.subarray(length)) {
      yield decode(rest.subarray(0, length));
    }
  }
}

const HEADER_BYTES = 16;

/** How long the message at the start of the bytes is; without end while they do not say it. */
const lengthOf = (bytes: Uint8Array): number => {
  if (bytes.length < HEADER_BYTES) return Infinity;
  const length = viewOf(bytes).getInt32(0, true);
  if (length < HEADER_BYTES) throw new Error(`a message of ${length} bytes`);
  return length;
};

const OP_MSG = 2013;

const MORE_TO_COME = 2;

const decode = (bytes: Uint8Array): Message => {
  const view = viewOf(bytes);
  const isMsg = view.getInt32(12, true) === OP_MSG;
  return {
    bytes,
    requestId: view.getInt32(4, true),
    responseTo: view.getInt32(8, true),
    command: isMsg ? commandOf(bytes, view) : null,
    wantsAnswer: !isMsg || (view.getUint32(HEADER_BYTES, true) & MORE_TO_COME) === 0,
  };
};

/**
 * The name of the first element of the section of kind 0. Sections of kind 1, the lists of documents,
 * may stand before it.
 */
const commandOf = (bytes: Uint8Array, view: DataView): string | null => {
  for (let at = HEADER_BYTES + 4; at + 5 <= bytes.length;) {
    const kind = bytes[at];
    // After the kind and the document's length comes an element: its type and its name.
    if (kind === 0) return text(bytes, at + 6);
    if (kind !== 1) return null;
    at += 1 + view.getInt32(at + 1, true);
  }
  return null;
};

const text = (bytes: Uint8Array, start: number): string =>
  new TextDecoder().decode(bytes.subarray(start, bytes.indexOf(0, start)));

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
};
