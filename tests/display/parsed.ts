/** Markup as a browser reads it. */

import { type DefaultTreeAdapterTypes, parse } from "parse5";

/** An element, with the text in it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

/** All elements of a page or a fragment, in the order of the text, but for what frames every page. */
export const elementsOf = (html: string): readonly Element[] =>
  below(parse(html)).filter(({ name }) => !FRAME.includes(name));

/** The elements of one name. */
export const named = (html: string, name: string): readonly Element[] =>
  elementsOf(html).filter((element) => element.name === name);

/** The texts of the elements of one name. */
export const texts = (html: string, name: string): readonly string[] =>
  named(html, name).map(({ text }) => text.trim());

const FRAME: readonly string[] = ["html", "head", "body", "meta"];

type Node = DefaultTreeAdapterTypes.Node;

const below = (node: Node): readonly Element[] => {
  const children = "childNodes" in node ? node.childNodes : [];
  const rest = children.flatMap(below);
  return "tagName" in node
    ? [{
      name: node.tagName,
      attributes: Object.fromEntries(node.attrs.map(({ name, value }) => [name, value])),
      text: textOf(node),
    }, ...rest]
    : rest;
};

const textOf = (node: Node): string =>
  "value" in node ? node.value : "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
