/** The public types are total: none of them is `any`. */

import { assertEquals, assertNotEquals } from "@std/assert";
import config from "../deno.json" with { type: "json" };

const ROOT = new URL("..", import.meta.url);

Deno.test("public types: none is any", async () => {
  const documented = await documentation(Object.values(config.exports));
  assertNotEquals(namesIn(documented), []);
  assertEquals(placesOfAny(documented), []);
});

Deno.test("public types: an any is found wherever it stands", async () => {
  const script = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(
      script,
      `export interface Box { readonly held: any }
       export type Boxes = readonly (any | null)[];
       export const open = (box: Map<string, any>): unknown => box;
       export const close = (box: unknown): any => box;
       export const keep = (box: unknown): unknown => box;`,
    );
    const names = placesOfAny(await documentation([script])).map((place) => place.split(".")[0]);
    assertEquals(new Set(names), new Set(["Box", "Boxes", "open", "close"]));
  } finally {
    await Deno.remove(script);
  }
});

/** What `deno doc` tells of the exports of scripts. */
const documentation = async (scripts: readonly string[]): Promise<unknown> => {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", ...scripts],
    cwd: ROOT,
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(text.decode(stderr));
  return JSON.parse(text.decode(stdout));
};
