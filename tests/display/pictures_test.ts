/** The pictures of the documentation are those that the code draws: `deno task pictures`. */

import { assertEquals } from "@std/assert";
import { pictures } from "../../docs/pictures/pictures.ts";

Deno.test("pictures: those of the documentation are up to date", async () => {
  const folder = new URL("../../docs/pictures/", import.meta.url);
  const drawn = await pictures();
  const kept = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.endsWith(".svg"));
  assertEquals(kept.toSorted(), Object.keys(drawn).toSorted());
  const stale = kept.filter((name) => Deno.readTextFileSync(new URL(name, folder)) !== drawn[name]);
  assertEquals(stale, [], "run `deno task pictures`");
});
