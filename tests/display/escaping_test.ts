/** Text of a store is text in a picture, whatever stands in it. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type Drawing, type Picture, show, toHTML, toSVG } from "../../src/display/mod.ts";
import { elementsOf, texts } from "./parsed.ts";
import { HOSTILE, picturesOf } from "./hostile.ts";
import { ROLLOUT } from "./records.ts";

/** The names of elements and of their attributes, which no text may add to. */
const skeleton = ({ html }: Pick<Picture, "html">): readonly string[] =>
  elementsOf(html).map(({ name, attributes }) => `${name} ${Object.keys(attributes).join(" ")}`);

const isDrawing = (picture: Picture | Drawing): picture is Drawing => "svg" in picture;

for (const hostile of HOSTILE) {
  Deno.test(`escaping: ${JSON.stringify(hostile)} is text`, async () => {
    const harmless = await picturesOf("x".repeat(hostile.length));
    const pictures = await picturesOf(hostile);
    assertEquals(pictures.map(skeleton), harmless.map(skeleton));
  });
}

Deno.test("escaping: a text is shown as it is", () => {
  for (const input of HOSTILE.slice(0, 6)) {
    const { html, text } = show({ ...ROLLOUT, input });
    assert(texts(html, "td").includes(input.trim()), input);
    assert(text.includes(input), input);
  }
});

Deno.test("escaping: a page's title is text too", () => {
  const title = "</title><script>1</script>";
  assertEquals(texts(toHTML([], title), "title"), [title]);
});

Deno.test("escaping: a terminal gets nothing that it obeys", async () => {
  for (const { text } of (await Promise.all(HOSTILE.map(picturesOf))).flat()) {
    // deno-lint-ignore no-control-regex -- control characters are what it is about
    assertEquals(/[\0-\x09\x0b-\x1f\x7f-\x9f]/.test(text), false);
  }
});

Deno.test("escaping: a file has no character that XML does not know", async () => {
  const drawings = (await Promise.all(HOSTILE.map(picturesOf))).flat().filter(isDrawing);
  assertNotEquals(drawings, []);
  for (const drawing of drawings) {
    const file = toSVG(drawing);
    assert(file.isWellFormed());
    // deno-lint-ignore no-control-regex -- control characters are what it is about
    assertEquals(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(file), false);
  }
});

Deno.test("escaping: pictures run no scripts and load nothing", async () => {
  for (const { html } of await picturesOf("x")) {
    for (const { name, attributes } of elementsOf(html)) {
      assert(!["script", "link", "img", "image", "iframe", "object", "use", "a"].includes(name));
      assertEquals(Object.keys(attributes).filter((it) => /^on|href$|^src$/.test(it)), []);
    }
    assertEquals(/@import|url\(/.test(html), false);
  }
});

Deno.test("escaping: what ids cannot hold an input can", () => {
  const { html, text } = show({ ...ROLLOUT, input: "a\0b\ud800c" });
  assertEquals(skeleton({ html }), skeleton(show({ ...ROLLOUT, input: "abcde" })));
  assert(text.includes("a\ufffdb"));
});
