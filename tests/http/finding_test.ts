/** Finding who answers: sections 0.3 and 0.11 of the wire specification. */

import { assertEquals } from "@std/assert";
import { json } from "../../src/http/answer.ts";
import { type Endpoint, finder } from "../../src/http/finding.ts";
import { headOf } from "../../src/http/head.ts";

const endpoint = (method: Endpoint["method"], path: string): Endpoint => ({
  method,
  path,
  answer: ({ ids }) => json(200, { path, ids }),
});

const find = finder([
  endpoint("GET", "/workers/:worker_id"),
  endpoint("POST", "/workers/search"),
  endpoint("GET", "/rollouts/:rollout_id/attempts/:attempt_id"),
  endpoint("GET", "/rollouts/:rollout_id/attempts/latest"),
  endpoint("GET", "/health"),
]);

/** The answer to a request; null where nobody answers. */
const ask = async (method: string, path: string) => {
  const found = find(method, path);
  if (found === null) return null;
  const request = new Request(`http://localhost${path}`);
  const { status, body, headers } = await found.answer({
    request,
    head: headOf(request),
    ids: found.ids,
    request_id: "",
  });
  return { route: found.route, status, allow: headers["allow"], ...JSON.parse(String(body)) };
};

Deno.test("finding: a literal segment comes before an id", async () => {
  const latest = await ask("GET", "/rollouts/ro-1/attempts/latest");
  assertEquals(latest?.path, "/rollouts/:rollout_id/attempts/latest");
  assertEquals(latest?.ids, { rollout_id: "ro-1" });
  const other = await ask("GET", "/rollouts/ro-1/attempts/at-1");
  assertEquals(other?.ids, { rollout_id: "ro-1", attempt_id: "at-1" });
});

Deno.test("finding: a word that another method reserves is an id", async () => {
  assertEquals((await ask("GET", "/workers/search"))?.ids, { worker_id: "search" });
  assertEquals((await ask("POST", "/workers/search"))?.path, "/workers/search");
});

Deno.test("finding: a route is named by its template", async () => {
  assertEquals((await ask("GET", "/workers/a"))?.route, "/workers/{worker_id}");
});

Deno.test("finding: an id is decoded by itself, so that it may hold a slash", async () => {
  const decoded = { "a%2Fb": "a/b", "%C3%A9%20": "é ", "100%25": "100%", "50%": "50%", "+": "+" };
  for (const [written, worker_id] of Object.entries(decoded)) {
    assertEquals((await ask("GET", `/workers/${written}`))?.ids, { worker_id });
  }
});

Deno.test("finding: an empty id, a slash too many, another case, and a longer path are nobody's", async () => {
  const paths = [
    "/workers/",
    "/workers/a/",
    "/workers//",
    "/Workers/a",
    "/workers/a/b",
    "/health/",
  ];
  for (const path of paths) assertEquals(await ask("GET", path), null, path);
});

Deno.test("finding: a method that a path does not have gets 405 with those that it has", async () => {
  const allowed = {
    "/health": "GET",
    "/workers/a": "GET",
    "/workers/search": "GET, POST",
    "/rollouts/ro-1/attempts/latest": "GET",
  };
  for (const [path, allow] of Object.entries(allowed)) {
    for (const method of ["HEAD", "DELETE", "ALL", "another"]) {
      const refused = await ask(method, path);
      assertEquals([refused?.status, refused?.allow], [405, allow], `${method} ${path}`);
    }
  }
});
