/** Whole files of pictures. */

import { markup, trusted } from "./markup.ts";
import type { Drawing, Picture } from "./picture.ts";
import { FILE_STYLE, PAGE_STYLE } from "./style.ts";

/**
 * A whole HTML page of pictures, one below the other, in the reader's choice of light or dark. It
 * needs no other file and runs no script.
 *
 * @example
 * ```ts
 * import { openStore } from "@lightning/store";
 * import { show, toHTML } from "@lightning/store/display";
 *
 * const store = await openStore("memory:");
 * const page = toHTML([show(await store.queryRollouts()), show(await store.statistics())]);
 * console.log(page.startsWith("<!doctype html>")); // true
 * ```
 */
export const toHTML = (pictures: readonly Picture[], title = "lightning-store"): string =>
  String(markup`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><style>${trusted(PAGE_STYLE)}</style></head>
<body>
${pictures.map(({ html }) => trusted(html))}
</body>
</html>
`);

/**
 * A whole SVG file of a drawing, in the reader's choice of light or dark.
 *
 * @example
 * ```ts
 * import { toSVG, waterfall } from "@lightning/store/display";
 *
 * console.log(toSVG(waterfall([])).startsWith("<svg")); // true
 * ```
 */
export const toSVG = ({ svg }: Pick<Drawing, "svg">): string => fileOf(svg);

/** An SVG element as a file: with colors of its own, and without what XML does not know. */
export const fileOf = (svg: string): string =>
  svg.toWellFormed().replace(UNKNOWN_TO_XML, "\ufffd").replace(
    ">",
    `><style>${FILE_STYLE}</style>`,
  ) + "\n";

/** Source: XML 1.0, section 2.2. */
// deno-lint-ignore no-control-regex -- control characters are what it is about
const UNKNOWN_TO_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;
