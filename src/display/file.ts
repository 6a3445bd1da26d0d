/** Whole files of pictures. */

import { markup, trusted } from "./markup.ts";
import type { Drawing, Picture } from "./picture.ts";
import { PAGE_STYLE } from "./style.ts";
import { fileOf } from "./svg_file.ts";

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
