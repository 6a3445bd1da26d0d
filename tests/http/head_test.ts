/** What the head of a request says, before anybody judges it. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { headOf } from "../../src/http/head.ts";

/** A request as a server hands it on: its URL is as it came. */
const raw = (url: string): Request =>
  Object.create(new Request("http://h/"), { url: { value: url } });

Deno.test("a path is what a parser of URLs makes of it, however it is written", () => {
  const piece = fc.constantFrom(
    "a",
    "-",
    "_",
    "/",
    ".",
    "..",
    "%2e",
    "%",
    "\\",
    "?",
    "#",
    ":",
    "é",
    " ",
  );
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    const url = `http://localhost:4747/${pieces.join("")}`;
    const { host, pathname, search } = new URL(url);
    const head = headOf(raw(url));
    assertEquals([head.host, head.path, head.query], [host, pathname, search]);
  }));
});

Deno.test("a head names the headers that more than one place asks for", () => {
  const headers = {
    "Content-Type": "application/json",
    "Content-Length": "7",
    Origin: "http://page",
    Host: "store:80",
  };
  const { contentType, contentLength, origin, host } = headOf(
    new Request("http://h/", { headers }),
  );
  assertEquals([contentType, contentLength, origin, host], Object.values(headers));
});

Deno.test("a head without headers has its host from the URL, and the rest is null", () => {
  const { contentType, contentLength, origin, host } = headOf(new Request("http://h:81/"));
  assertEquals([contentType, contentLength, origin, host], [null, null, null, "h:81"]);
});
