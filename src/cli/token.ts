/** The token that whoever asks must bring. */

import { E, type TE } from "../deps/fp.ts";
import { type Failure, misuse } from "./failure.ts";

/**
 * Where the token comes from; null for none. It is never on the command line, which everybody on the
 * machine can read.
 */
export type TokenSource = { readonly file: string } | { readonly text: string } | null;

/** Reads the token; null for none. */
export const readToken =
  (source: TokenSource): TE.TaskEither<Failure, string | null> => async () => {
    if (source === null) return E.right(null);
    if ("text" in source) return checked("LIGHTNING_TOKEN", source.text);
    const name = `--token-file ${source.file}`;
    try {
      return checked(name, await Deno.readTextFile(source.file));
    } catch (error) {
      return E.left(misuse(`${name}: ${error instanceof Error ? error.message : error}`));
    }
  };

/** What fits into a header and, as a password, into a URL. */
const checked = (name: string, text: string): E.Either<Failure, string> =>
  /^[!-~]+$/.test(text.trim())
    ? E.right(text.trim())
    : E.left(misuse(`${name}: expected one word of printable ASCII`));
