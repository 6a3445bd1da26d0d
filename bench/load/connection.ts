/**
 * A kept connection of HTTP/1.1 that does the least for a request. The clients of libraries take
 * longer for one than a bare server does, and would measure themselves: of what this gets out of a
 * bare `Deno.serve` by 32 connections, autocannon gets less than a half, and `fetch` a third.
 */

/** Bytes that nobody else writes to. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** A connection, on which one request is under way at a time. */
export interface Connection extends Disposable {
  /**
   * Sends a whole request; answers with the body of its answer, which is there until the next
   * request. Rejects where the answer is not a success.
   */
  readonly ask: (request: Bytes) => Promise<Uint8Array>;
}

/** Connects to the server at a URL. */
export const connect = async (address: string): Promise<Connection> => {
  const { hostname, port } = new URL(address);
  const socket = await Deno.connect({ hostname, port: Number(port) });
  socket.setNoDelay();
  let bytes = new Uint8Array(2 ** 16);

  const send = async (request: Bytes): Promise<void> => {
    for (let sent = 0; sent < request.length;) sent += await socket.write(request.subarray(sent));
  };

  const receive = async (): Promise<Uint8Array> => {
    let head: Head | null = null;
    for (let size = 0;;) {
      if (size === bytes.length) bytes = twice(bytes);
      const read = await socket.read(bytes.subarray(size));
      if (read === null) throw new Error(`${address} has closed the connection`);
      size += read;
      head ??= headIn(bytes.subarray(0, size));
      if (head === null || size < head.end + head.length) continue;
      const body = bytes.subarray(head.end, head.end + head.length);
      if (head.isSuccess) return body;
      throw new Error(`${address} answers: ${new TextDecoder().decode(bytes.subarray(0, size))}`);
    }
  };

  return {
    ask: async (request) => {
      await send(request);
      return await receive();
    },
    [Symbol.dispose]: () => socket.close(),
  };
};

/** What the head of an answer says. */
interface Head {
  readonly isSuccess: boolean;
  /** Where it ends, and the body begins. */
  readonly end: number;
  /** The bytes of the body. */
  readonly length: number;
}

/** More than any head here has. */
const LONGEST_HEAD = 2 ** 12;

const BLANK_LINE = "\r\n\r\n";

const decoder = new TextDecoder();

/** Null as long as it is not all there. */
const headIn = (bytes: Bytes): Head | null => {
  const text = decoder.decode(bytes.subarray(0, LONGEST_HEAD));
  const end = text.indexOf(BLANK_LINE);
  if (end < 0) return null;
  const head = text.slice(0, end);
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
  if (length === undefined) throw new Error(`An answer of unknown length: ${head}`);
  return {
    isSuccess: head.startsWith("HTTP/1.1 2"),
    end: end + BLANK_LINE.length,
    length: Number(length),
  };
};

const twice = (bytes: Bytes): Bytes => {
  const longer = new Uint8Array(2 * bytes.length);
  longer.set(bytes);
  return longer;
};
