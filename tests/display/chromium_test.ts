/** Pictures in a real browser. */

import { assert, assertEquals } from "@std/assert";
import { toHTML, toSVG, waterfall } from "../../src/display/mod.ts";
import { spanOf } from "../../src/testing/mod.ts";
import { chromiumTest, loaded } from "./chromium.ts";
import { HOSTILE, picturesOf } from "./hostile.ts";
import { named, texts } from "./parsed.ts";

chromiumTest("chromium: a script runs, where it is one", async () => {
  const page = await loaded("page.html", `<title>mine</title>${HOSTILE[0]}`);
  assertEquals(texts(page, "title"), ["owned"]);
});

chromiumTest("chromium: no text in a picture runs", async () => {
  const pictures = (await Promise.all(HOSTILE.map(picturesOf))).flat();
  const page = await loaded("page.html", toHTML(pictures, "mine"));
  assertEquals(texts(page, "title")[0], "mine");
  assertEquals(named(page, "script"), []);
  assertEquals(named(page, "img"), []);
});

chromiumTest("chromium: a file of a drawing is well-formed, whatever stands in it", async () => {
  const spans = HOSTILE.map((name) =>
    spanOf({ rollout_id: "ro-1", attempt_id: "at-1" }, name, { name, attributes: { [name]: name } })
  );
  const drawn = await loaded("drawing.svg", toSVG(waterfall(spans)));
  assert(drawn.startsWith("<svg"), drawn.slice(0, 200));
  assertEquals(named(drawn, "parsererror"), []);
  assertEquals(named(drawn, "script"), []);
});
