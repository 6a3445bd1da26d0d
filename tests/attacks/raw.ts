/** Requests that no HTTP client would send: bytes on a connection. */

/** An answer, or as much of it as came before its connection ended. */
export interface RawAnswer {
  /** Null where there was none. */
  readonly status: number | null;
  /** All of it. */
  readonly text: string;
}

/** A connection on which bytes are sent. */
export interface RawConnection extends AsyncDisposable {
  /** Sends bytes; a server may have closed its end before. */
  readonly send: (...pieces: readonly (string | Uint8Array)[]) => Promise<void>;
  /** Reads one answer. */
  readonly answer: () => Promise<RawAnswer>;
}

/** How long a connection may last, in milliseconds: one without an answer must come to its end too. */
const PATIENCE = 60_000;

/** Opens one. */
export const connect = async (address: string): Promise<RawConnection> => {
  const { hostname, port } = new URL(address);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const close = () => {
    clearTimeout(timer);
    try {
      connection.close();
    } catch {
      // It was closed with one of its streams.
    }
  };
  const timer = setTimeout(close, PATIENCE);
  return {
    send: async (...pieces) => {
      const stream = new Blob(pieces.map(bytesOf)).stream();
      await stream.pipeTo(connection.writable, { preventClose: true }).catch(() => {});
    },
    answer: async () => {
      let text = "";
      try {
        const texts = connection.readable.pipeThrough(new TextDecoderStream());
        for await (const part of texts) {
          text += part;
          if (isWhole(text)) break;
        }
      } catch {
        // It was reset, for it had sent more than the server has read.
      }
      const [, status] = /^HTTP\/1\.[01] (\d{3}) /.exec(text) ?? [];
      return { status: status === undefined ? null : Number(status), text };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(close()),
  };
};

/** Sends bytes on a connection of their own, and reads what comes. */
export const exchange = async (
  address: string,
  ...pieces: readonly (string | Uint8Array)[]
): Promise<RawAnswer> => {
  await using connection = await connect(address);
  await connection.send(...pieces);
  return await connection.answer();
};

/** All answers of the server say how long they are. */
const isWhole = (text: string): boolean => {
  const [head = "", length] = /^.*?\r\ncontent-length: (\d+)\r\n.*?\r\n\r\n/is.exec(text) ?? [];
  return length !== undefined && text.length >= head.length + Number(length);
};

/** The head of a request whose connection ends with its answer. */
export const head = (requestLine: string, ...headers: readonly string[]): string =>
  [`${requestLine} HTTP/1.1`, "connection: close", ...headers, "", ""].join("\r\n");

/** Each character as one byte. */
const bytesOf = (piece: string | Uint8Array): Uint8Array<ArrayBuffer> =>
  typeof piece === "string"
    ? Uint8Array.from(piece, (char) => char.charCodeAt(0))
    : new Uint8Array(piece);
