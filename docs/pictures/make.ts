/** Draws the pictures of the documentation anew. */

import { pictures } from "./pictures.ts";

for (const [name, svg] of Object.entries(await pictures())) {
  await Deno.writeTextFile(new URL(name, import.meta.url), svg);
}
