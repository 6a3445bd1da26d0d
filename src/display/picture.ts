/** What displays make: a picture in the forms that a notebook, a page and a terminal understand. */

import { type ChartSpec, drawChart } from "../deps/vega.ts";
import { chartStyle } from "./chart_style.ts";
import { type Markup, markup, trusted } from "./markup.ts";
import { FRAGMENT_STYLE, NEUTRAL } from "./style.ts";
import { fileOf } from "./svg_file.ts";

/**
 * The method by which Deno's notebooks ask a value how it is shown.
 *
 * @example
 * ```ts
 * import { DISPLAY, show } from "@lightning/store/display";
 *
 * console.log(Object.keys(show([])[DISPLAY]())); // [ "text/plain", "text/html" ]
 * ```
 */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/** Something to look at. A notebook shows it when it is the last value of a cell. */
export interface Picture {
  /** For a terminal. */
  readonly text: string;
  /** A fragment of HTML, which has the text color of what is around it. */
  readonly html: string;
  /** The forms by their media types. */
  readonly [DISPLAY]: () => Readonly<Record<string, string | object>>;
}

/** A picture that is drawn. */
export interface Drawing extends Picture {
  /** An SVG element, which has the text color of what is around it. */
  readonly svg: string;
}

/** A picture of HTML. */
export const pictureOf = (words: string, body: Markup): Picture => {
  const text = harmless(words);
  const html = inFrame(body);
  return { text, html, [DISPLAY]: () => ({ "text/plain": text, "text/html": html }) };
};

/** A picture of an SVG element. */
export const drawingOf = (words: string, svg: string, others: object = {}): Drawing => {
  const text = harmless(words);
  const html = inFrame(trusted(svg));
  return {
    text,
    html,
    svg,
    [DISPLAY]: () => ({
      "text/plain": text,
      "text/html": html,
      "image/svg+xml": fileOf(svg),
      ...others,
    }),
  };
};

/**
 * A picture of a chart. A notebook that knows Vega-Lite draws it by itself, on a canvas, which does
 * not know the color of what is around it. Notebooks know version 5, and charts use nothing newer.
 */
export const chartOf = async (text: string, chart: ChartSpec): Promise<Drawing> => {
  const styled = (color: string): ChartSpec => ({
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    ...chartStyle(color),
    ...chart,
  });
  return drawingOf(text, await drawChart(styled("currentColor")), {
    "application/vnd.vegalite.v5+json": styled(NEUTRAL),
  });
};

const inFrame = (body: Markup): string =>
  String(
    markup`<div class="lightning-store"><style>${trusted(FRAGMENT_STYLE)}</style>${body}</div>`,
  );

/** Text without what a terminal obeys. */
const harmless = (text: string): string => text.replaceAll(OBEYED, "\ufffd");

// deno-lint-ignore no-control-regex -- control characters are what it is about
const OBEYED = /[\0-\x09\x0b-\x1f\x7f-\x9f]/g;
