/** Markup: HTML and SVG whose values are escaped. This is the one place where that happens. */

import { html, type HtmlEscapedString, raw } from "../deps/markup.ts";

/** HTML or SVG that is whole: no value in it can end an element or an attribute. */
export type Markup = HtmlEscapedString;

/** What may stand in a template. Null is nothing. */
export type Part = string | number | null | Markup | readonly Part[];

/**
 * A template of markup. Text in it becomes text, and markup stays markup; an attribute's value
 * stands in double quotes.
 */
export const markup = (
  template: TemplateStringsArray,
  ...parts: readonly Part[]
): Markup =>
  // A promise comes only of a part that is one, and none of these is.
  html(template, ...parts) as Markup;

/** Takes text for markup: for what another library or this module has escaped. */
export const trusted = (text: string): Markup => raw(text);
