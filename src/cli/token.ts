/** The token that whoever asks must bring. */

import { E, pipe, type TE } from "../deps/fp.ts";
import { type Failure, misuse, trouble } from "./failure.ts";
import { unreadable } from "./unreadable.ts";

/**
 * Where the token comes from; null for none. It is never on the command line, which everybody on the
 * machine can read.
 */
export type TokenSource = { readonly file: string } | { readonly text: string } | null;

/** Reads the token; null for none. */
export const readToken =
  (source: TokenSource): TE.TaskEither<Failure, string | null> => async () => {
    if (source === null) return E.right(null);
    if ("text" in source) {
      return pipe(tokenIn(source.text), E.mapLeft((why) => misuse(`LIGHTNING_TOKEN: ${why}`)));
    }
    const name = `--token-file ${source.file}`;
    try {
      const text = await Deno.readTextFile(source.file);
      return pipe(tokenIn(text), E.mapLeft((why) => trouble(`${name}: ${why}`)));
    } catch (cause) {
      return E.left(unreadable(name, "file", cause));
    }
  };

/** What fits into a header and, as a password, into a URL. */
const tokenIn = (text: string): E.Either<string, string> => {
  const [token, ...more] = text.split(/\s+/).filter((word) => word !== "");
  if (token !== undefined && more.length === 0 && /^[!-~]+$/.test(token)) return E.right(token);
  const got = token === undefined
    ? "nothing"
    : more.length > 0
    ? `${more.length + 1} words`
    : "one with other characters";
  return E.left(`expected one word of printable ASCII, got ${got}`);
};
