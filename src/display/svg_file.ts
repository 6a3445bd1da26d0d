/** SVG on its own. */

import { FILE_STYLE } from "./style.ts";

/** An SVG element as a file: with colors of its own, and without what XML does not know. */
export const fileOf = (svg: string): string =>
  svg.toWellFormed().replace(UNKNOWN_TO_XML, "\ufffd").replace(
    ">",
    `><style>${FILE_STYLE}</style>`,
  ) + "\n";

/** Source: XML 1.0, section 2.2. */
// deno-lint-ignore no-control-regex -- control characters are what it is about
const UNKNOWN_TO_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;
