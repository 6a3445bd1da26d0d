/** The pages of the documentation, and what is in them. */

import { lexer, type MarkedToken, walkTokens } from "marked";

/** The root of the repository. */
export const ROOT = new URL("../../", import.meta.url);

/** One page. */
export interface Page {
  /** Its path from the root. */
  readonly path: string;
  readonly url: URL;
  /** All that it is made of, at any depth. */
  readonly tokens: readonly MarkedToken[];
}

/** The page at a path from the root. */
export const pageAt = (path: string): Page => {
  const url = new URL(path, ROOT);
  const tokens: MarkedToken[] = [];
  walkTokens(lexer(Deno.readTextFileSync(url)), (token) => {
    // There are no extensions, so that every token is one of the library's own.
    tokens.push(token as MarkedToken);
  });
  return { path, url, tokens };
};

/** All pages. */
export const pages = (): readonly Page[] =>
  ["README.md", "CONTRIBUTING.md", ...documents(), ...examples()].map(pageAt);

/** The blocks of code in a language, in the order in which they come. What is to be ignored is left out. */
export const blocksOf = ({ tokens }: Page, language: string): readonly string[] =>
  tokens.flatMap((token) => token.type === "code" && token.lang === language ? [token.text] : []);

/** The texts that are set as code: whole blocks, and spans within a line. */
export const codeOf = ({ tokens }: Page): readonly string[] =>
  tokens.flatMap((token) => token.type === "code" || token.type === "codespan" ? [token.text] : []);

const documents = (): readonly string[] => namesIn("docs/").filter((it) => it.endsWith(".md"));

const examples = (): readonly string[] => namesIn("examples/").map((it) => `${it}/README.md`);

const namesIn = (folder: string): readonly string[] =>
  [...Deno.readDirSync(new URL(folder, ROOT))].map(({ name }) => `${folder}${name}`).toSorted();
