/** The public types are total: none of them is `any`. */

import { assertEquals } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { temporaryFolder } from "./temporary_folder.ts";

const ROOT = new URL("..", import.meta.url);

Deno.test("public types: none is any", async () => {
  assertEquals(placesOfAny(await documentation(Object.values(config.exports))), []);
});

Deno.test("public types: an any is found wherever it stands", async () => {
  await using folder = await temporaryFolder();
  const script = `${folder.path}/any.ts`;
  await Deno.writeTextFile(
    script,
    `export interface Box { readonly held: any }
     export type Boxes = readonly (any | null)[];
     export const open = (box: Map<string, any>): unknown => box;
     export const close = (box: unknown): any => box;
     export const keep = (box: unknown): unknown => box;`,
  );
  assertEquals(
    new Set(placesOfAny(await documentation([script]))),
    new Set(["Box.held", "Boxes", "open.box", "close"]),
  );
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

/** Where `any` stands, by the names on the way to it. */
const placesOfAny = (node: unknown, names: readonly string[] = []): readonly string[] => {
  if (typeof node !== "object" || node === null) return [];
  if ("kind" in node && node.kind === "keyword" && "repr" in node && node.repr === "any") {
    return [names.join(".")];
  }
  const path = "name" in node && typeof node.name === "string" ? [...names, node.name] : names;
  return Object.values(node).flatMap((child) => placesOfAny(child, path));
};
