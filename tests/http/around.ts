/** Cases C96, C98 and C100: what is around the API. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { newMetrics } from "../../mod.ts";
import { expecting, HOST, type WireCase } from "./wire.ts";

export const around: readonly WireCase[] = [
  {
    number: "C96",
    sentence: "POST /v1/metrics, /v1/logs → 501, empty",
    run: async ({ post }) => {
      for (const path of ["/v1/metrics", "/v1/logs", "/v1/development/profiles"]) {
        const answer = await post(path, {});
        assertEquals([answer.status, answer.text], [501, ""]);
      }
    },
  },
  {
    number: "C98",
    sentence:
      'after one dequeue GET /v1/prometheus/ contains agl_http_total{…path="/v1/agl/queues/rollouts/dequeue"…} and agl_http_latency_bucket; also without the slash',
    options: { metrics: newMetrics() },
    run: async ({ get, post }) => {
      expecting(await post("/queues/rollouts/dequeue"), 200);
      for (const path of ["/v1/prometheus/", "/v1/prometheus"]) {
        const { status, headers, text } = await get(path);
        assertEquals(status, 200);
        assertEquals(headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
        const labels = 'path="/v1/agl/queues/rollouts/dequeue",method="POST",status="200"';
        assertStringIncludes(text, `agl_http_total{${labels}} 1\n`);
        assertStringIncludes(text, `agl_http_latency_bucket{${labels},le="+Inf"} 1\n`);
      }
    },
  },
  {
    number: "C98",
    sentence: "without metrics there are none",
    run: async ({ get }) => {
      expecting(await get("/v1/prometheus/"), 404);
    },
  },
  {
    number: "C100",
    sentence: "GET / → a page that names the API; /v1/foo → 404 JSON",
    run: async ({ get }) => {
      const page = await get(`${HOST}/`);
      assertEquals(page.status, 200);
      assertMatch(page.headers.get("content-type"), /^text\/plain/);
      for (const place of ["/v1/agl", "/v1/traces", "/openapi.json"]) {
        assertStringIncludes(page.text, place);
      }
      assertEquals(expecting(await get("/v1/foo"), 404), { detail: "Not Found" });
    },
  },
  {
    number: "C100",
    sentence:
      "GET / and /traces?x=1 → index page; /assets/<hashed> → long-lived immutable cache header; /v1/foo → 404 JSON",
    options: {
      pages: (path) => {
        const content = new Map([["/index.html", "the index"], ["/assets/a-1b.js", "code"]]);
        const found = content.get(path);
        return Promise.resolve(found === undefined ? null : { content: found, type: "text/html" });
      },
    },
    run: async ({ get }) => {
      for (const path of ["/", "/traces?x=1", "/index.html"]) {
        const { status, text, headers } = await get(`${HOST}${path}`);
        assertEquals([status, text], [200, "the index"], path);
        assertEquals(headers.get("cache-control"), "no-cache");
      }
      const asset = await get(`${HOST}/assets/a-1b.js`);
      assertEquals([asset.status, asset.text], [200, "code"]);
      assertEquals(asset.headers.get("cache-control"), "public, max-age=31536000, immutable");
      for (const path of ["/v1/foo", "/v1", "/assets/b-1b.js", "/favicon.svg"]) {
        assertEquals(expecting(await get(`${HOST}${path}`), 404), { detail: "Not Found" }, path);
      }
      expecting(await get("/queues/rollouts/dequeue"), 405);
      assertEquals(expecting(await get(`${HOST}/openapi.json`), 200).openapi, "3.1.0");
    },
  },
  {
    number: "C100",
    sentence: "what would be a page or a file is 404 JSON where there is no dashboard",
    run: async ({ get }) => {
      for (const path of ["/traces?x=1", "/assets/index.js"]) {
        assertEquals(expecting(await get(`${HOST}${path}`), 404), { detail: "Not Found" });
      }
    },
  },
  {
    number: "C02",
    sentence: "a method that a path does not have → 405 with those that it has",
    options: { metrics: newMetrics() },
    run: async ({ send }) => {
      const allowed = {
        [`${HOST}/`]: "GET",
        [`${HOST}/openapi.json`]: "GET",
        "/v1/traces": "POST",
        "/v1/logs": "POST",
        "/v1/prometheus/": "GET",
        "/health": "GET",
        "/rollouts/search": "GET, POST",
        "/rollouts/x/attempts/search": "POST",
        "/spans/next": "POST",
      };
      for (const [path, methods] of Object.entries(allowed)) {
        const answer = await send("DELETE", path);
        assertEquals(expecting(answer, 405), { detail: "Method Not Allowed" });
        assertEquals(answer.headers.get("allow"), methods, path);
      }
    },
  },
];
