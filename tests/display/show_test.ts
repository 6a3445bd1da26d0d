/** What tables tell of records. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DISPLAY, show, toHTML } from "../../src/display/mod.ts";
import { elementsOf, texts } from "./parsed.ts";
import { ATTEMPT, RESOURCES, ROLLOUT, STATISTICS, WORKER } from "./records.ts";

Deno.test("show: a rollout alone tells its fields under their names", () => {
  const { html } = show({ ...ROLLOUT, attempt: ATTEMPT });
  const fields = Object.fromEntries(
    texts(html, "th").map((name, i) => [name, texts(html, "td")[i]]),
  );
  assertEquals(fields, {
    rollout_id: "ro-1",
    status: "● succeeded",
    mode: "train",
    resources_id: "rs-1",
    start_time: "1970-01-01 00:00:00Z",
    duration: "1.5s",
    attempt: "● 2 unresponsive (Worker-0)",
    input: '{"question":"2 + 2"}',
    config: JSON.stringify(ROLLOUT.config, null, 2),
    metadata: JSON.stringify(ROLLOUT.metadata, null, 2),
  });
});

Deno.test("show: a page of rollouts is a row each, without what none of them has", () => {
  const items = [
    { ...ROLLOUT, mode: null },
    { ...ROLLOUT, rollout_id: "ro-2", mode: null, end_time: null },
  ];
  const { html, text } = show({ items, limit: 2, offset: 0, total: 1_240 });
  assertEquals(texts(html, "caption"), ["Rollouts: 2 of 1,240"]);
  assertEquals(texts(html, "th"), [
    "rollout_id",
    "status",
    "resources_id",
    "start_time",
    "duration",
    "input",
  ]);
  assertEquals(texts(html, "td").slice(4, 7), ["1.5s", '{"question":"2 + 2"}', "ro-2"]);
  assertEquals(text.split("\n").map((line) => line.split("  ")[0]), [
    "Rollouts: 2 of 1,240",
    "rollout_id",
    "ro-1",
    "ro-2",
  ]);
});

Deno.test("show: each kind of record is known, alone and in an array", () => {
  const captions = [ATTEMPT, WORKER, STATISTICS, RESOURCES, [ATTEMPT], [WORKER], [RESOURCES]]
    .map((value) => texts(show(value).html, "caption")[0]);
  assertEquals(captions, [
    "Attempt",
    "Worker",
    "Statistics",
    "Resources rs-1, version 3: 2",
    "Attempts: 1",
    "Workers: 1",
    "Resources: 1",
  ]);
  assert(texts(show(STATISTICS).html, "td").includes("12,345"));
});

Deno.test("show: keys and passwords of resources are not told", () => {
  for (const picture of [show(RESOURCES), show([RESOURCES])]) {
    assertEquals(JSON.stringify(picture[DISPLAY]()).includes("sesame"), false);
  }
  assertStringIncludes(show(RESOURCES).text, "http://***@host/v1");
});

Deno.test("show: long texts and long lists are cut, and say so", () => {
  const long = { ...ROLLOUT, input: "x".repeat(10_000) };
  assertStringIncludes(show(long).html, "x… (6,000 more)");
  assertStringIncludes(show([long]).html, "x… (9,900 more)");
  const many = Array.from({ length: 1_000 }, (_, i) => ({ ...ROLLOUT, rollout_id: `ro-${i}` }));
  assertEquals(texts(show(many).html, "caption"), ["Rollouts: 200 of 1,000"]);
  assertEquals(elementsOf(show(many).html).filter(({ name }) => name === "tr").length, 201);
});

Deno.test("show: where there is nothing, it says so", () => {
  assertEquals(show([]).text, "No records");
  assertEquals(show({ items: [], limit: 0, offset: 0, total: 7 }).text, "None of 7 records");
  assertStringIncludes(show(null).text, "null");
});

Deno.test("show: times that no calendar has are shown as they are", () => {
  assertStringIncludes(show({ ...ROLLOUT, start_time: 1e300, end_time: null }).text, "1e+300");
});

Deno.test("show: a notebook gets text and HTML", () => {
  const picture = show(ROLLOUT);
  const bundle = picture[Symbol.for("Jupyter.display") as typeof DISPLAY]();
  assertEquals(bundle, { "text/plain": picture.text, "text/html": picture.html });
});

Deno.test("toHTML: a page holds all pictures and its title", () => {
  const page = toHTML([show(ROLLOUT), show(WORKER)], "Runs & rewards");
  assertEquals(texts(page, "title"), ["Runs & rewards"]);
  assertEquals(texts(page, "caption"), ["Rollout", "Worker"]);
});
