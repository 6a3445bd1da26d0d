/** Asking a server for records: what is sent, and how the answer is read. */

import { E, pipe, TE } from "../deps/fp.ts";
import { type Codec, decode, type Decoder } from "../model/codec.ts";
import { backendError, type StoreError } from "../model/errors.ts";
import type { Numbers } from "../model/numbers.ts";
import type { Page } from "../model/query.ts";
import type { StoreTask } from "../store/lightning_store.ts";
import { coerced } from "../wire/coercion.ts";
import type { Ask } from "./exchange.ts";
import type { Transport } from "./transport.ts";

type More = Partial<Omit<Ask, "method" | "path" | "body">>;

/** Makes operations out of requests. */
export interface Asking {
  readonly get: <A>(codec: Decoder<A>, path: string) => StoreTask<A>;
  /** The body is as it was when this was called. */
  readonly post: <A>(codec: Decoder<A>, path: string, body: unknown, more?: More) => StoreTask<A>;
  /** A request that the server may hold; its body is made for so many seconds, each time anew. */
  readonly held: <A>(
    codec: Decoder<A>,
    path: string,
    body: (seconds: number) => unknown,
    more: More,
  ) => StoreTask<A>;
}

export const asking = ({ ask }: Pick<Transport, "ask">, numbers: Numbers): Asking => {
  // What stands where a record has a number is one, however it was written.
  const prepared = numbers === "exact" ? coerced : (_: unknown, answer: unknown) => answer;

  const reading = <A>(codec: Decoder<A>, request: Ask): StoreTask<A> => async () => {
    const answer = await ask(request);
    return E.isLeft(answer) ? answer : read(codec, prepared(codec, answer.right));
  };

  return {
    get: (codec, path) => reading(codec, { method: "GET", path, again: "always" }),
    post: (codec, path, body, more) =>
      reading(codec, {
        method: "POST",
        path,
        body: JSON.stringify(body ?? null),
        again: "always",
        ...more,
      }),
    held: (codec, path, body, more) =>
      reading(codec, {
        method: "POST",
        path,
        body: (seconds) => JSON.stringify(body(seconds)),
        again: "always",
        ...more,
      }),
  };
};

const read = <A>(codec: Decoder<A>, answer: unknown): E.Either<StoreError, A> =>
  pipe(
    // Decoding needs no more of a codec than this half.
    decode(codec as Codec<A>, answer, "answer"),
    E.mapLeft(({ message }) =>
      backendError(`The server's answer cannot be read: ${message}`, null)
    ),
  );

/** The page of a query; the wire knows none without items, so that one is asked for and left out. */
export const pageOfQuery = <A>(
  limit: number | undefined,
  ask: (limit: { readonly limit?: number }) => StoreTask<Page<A>>,
): StoreTask<Page<A>> =>
  limit !== 0
    ? ask({})
    : pipe(ask({ limit: 1 }), TE.map((page) => ({ ...page, items: [], limit: 0 })));
