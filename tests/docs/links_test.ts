/** Links of the documentation lead to something. */

import { assertEquals, assertNotEquals } from "@std/assert";
import { type Page, pageAt, pages, ROOT } from "./pages.ts";

const linksOf = ({ tokens }: Page): readonly string[] =>
  tokens.flatMap((token) => token.type === "link" || token.type === "image" ? [token.href] : []);

/** The anchors that GitHub gives to the headings of a page. */
const anchorsOf = ({ tokens }: Page): readonly string[] =>
  tokens.flatMap((token) =>
    token.type === "heading"
      ? [token.text.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")]
      : []
  );

const leads = async ({ url }: Page, link: string): Promise<boolean> => {
  const target = new URL(link, url);
  const anchor = decodeURIComponent(target.hash.slice(1));
  target.hash = "";
  const isThere = await Deno.stat(target).then(() => true, () => false);
  return isThere && (anchor === "" || anchorsOf(pageAt(pathOf(target.href))).includes(anchor));
};

const pathOf = (href: string): string => href.slice(ROOT.href.length);

for (const page of pages()) {
  Deno.test(`docs: links of ${page.path} lead to files and headings`, async () => {
    const own = linksOf(page).filter((link) => !/^[a-z]+:/.test(link));
    const broken = await Promise.all(own.map(async (link) => await leads(page, link) ? [] : link));
    assertEquals(broken.flat(), []);
  });
}

Deno.test("docs: each page is linked from README.md or from one that is", () => {
  const reached = new Set(["README.md"]);
  for (const path of reached) {
    const page = pageAt(path);
    linksOf(page)
      .map((link) => new URL(link, page.url).href.replace(/#.*/, ""))
      .filter((href) => href.startsWith(ROOT.href) && href.endsWith(".md"))
      .forEach((href) => reached.add(pathOf(href)));
  }
  const all = pages().map(({ path }) => path);
  assertNotEquals(all, []);
  assertEquals(all.filter((path) => !reached.has(path) && path.startsWith("docs/")), []);
});
