/** Who has no token, or comes from a page of another origin, gets nothing and changes nothing. */

import { assertEquals } from "@std/assert";
import { createStore, httpApp, memory, newMetrics, promises } from "../../mod.ts";
import { standingClock } from "../../src/testing/mod.ts";
import { ROOT, templateOf } from "../../src/wire/protocol.ts";
import { ROUTES } from "../../src/wire/routes.ts";
import { stateOf } from "../bad_input/prepared.ts";
import { everyRoute, requestOf } from "./requests.ts";

const TOKEN = "s3cret";

/** What is served besides the routes of the API. */
const OTHERS = [
  "GET /v1/agl/ready",
  "POST /v1/traces",
  "POST /v1/metrics",
  "POST /v1/logs",
  "POST /v1/development/profiles",
  "GET /v1/prometheus",
  "GET /v1/prometheus/",
  "GET /openapi.json",
  "GET /",
  "GET /nowhere",
  "POST /v1/agl/nowhere",
  "DELETE /v1/agl/rollouts",
];

const prepared = async () => {
  const store = createStore(memory(), { clock: standingClock().now, log: () => {} });
  const promising = promises(store);
  await promising.enqueueRollout({ input: 1 });
  const { rollout_id, attempt } = await promising.startRollout({ input: 2, worker_id: "w" });
  const ids = { rollout_id, attempt_id: attempt.attempt_id };
  const requests = (headers: Readonly<Record<string, string>>): readonly Request[] => [
    ...everyRoute(ids).map((fitting) => requestOf(fitting, headers)),
    ...OTHERS.map((line) => {
      const [method = "", path = ""] = line.split(" ");
      return new Request(`http://localhost${path}`, { method, headers });
    }),
  ];
  return { store, ids, requests };
};

/** What stands in `Authorization`; null for nothing at all. */
const WRONG: readonly (string | null)[] = [
  null,
  "",
  TOKEN,
  "Bearer",
  "Bearer other",
  `Bearer ${TOKEN.slice(0, -1)}`,
  `Bearer ${TOKEN}${TOKEN}`,
  `Bearer ${TOKEN.toUpperCase()}`,
  `Bearer other, Bearer ${TOKEN}`,
  `Token ${TOKEN}`,
  `Basic ${TOKEN}`,
  `Basic ${btoa(TOKEN.slice(1))}`,
  `Basic ${btoa(`${TOKEN}:`)}`,
  `Basic ${btoa(`any:${TOKEN}:`)}`,
  "Basic %%%",
  `Digest ${btoa(`any:${TOKEN}`)}`,
  `Bearer ${"x".repeat(10_000)}`,
];

Deno.test("attack: no token, or a wrong one, opens nothing but health", async () => {
  const { store, ids, requests } = await prepared();
  const app = httpApp(store, { token: TOKEN, metrics: newMetrics() });
  const before = await stateOf(store, ids.rollout_id);
  for (const authorization of WRONG) {
    const headers: Record<string, string> = authorization === null ? {} : { authorization };
    for (const request of requests(headers)) {
      const { status, body } = await app(request);
      await body?.cancel();
      assertEquals(status, 401, `${authorization}: ${request.method} ${request.url}`);
    }
    const health = await app(new Request("http://localhost/v1/agl/health", { headers }));
    assertEquals(await health.json(), { status: "ok" });
  }
  assertEquals(await stateOf(store, ids.rollout_id), before);
});

Deno.test("attack: a token elsewhere than in its header is none", async () => {
  const { store } = await prepared();
  const app = httpApp(store, { token: TOKEN });
  const url = "http://localhost/v1/agl/statistics";
  for (
    const request of [
      new Request(`${url}?token=${TOKEN}&access_token=${TOKEN}`),
      new Request(url, { headers: { "x-api-key": TOKEN, cookie: `token=${TOKEN}` } }),
      new Request(url, { headers: { "proxy-authorization": `Bearer ${TOKEN}` } }),
      new Request(url, { headers: { "x-original-url": "/v1/agl/health" } }),
    ]
  ) {
    const { status, body } = await app(request);
    await body?.cancel();
    assertEquals(status, 401, request.url);
  }
});

const ORIGINS = [
  "http://evil.example",
  "http://localhost.evil.example",
  "http://localhost:4747",
  "http://evil.example#http://localhost",
  "null",
  "",
  "file://",
];

Deno.test("attack: a page of another origin changes nothing, and reads no answer", async () => {
  const { store, ids, requests } = await prepared();
  const app = httpApp(store, { origins: ["http://friend.example"] });
  const before = await stateOf(store, ids.rollout_id);
  for (const origin of ORIGINS) {
    for (const request of requests({ origin })) {
      const { status, headers, body } = await app(request);
      await body?.cancel();
      const name = `${origin}: ${request.method} ${request.url}`;
      if (request.method !== "GET") assertEquals(status, 403, name);
      assertEquals(headers.get("access-control-allow-origin"), null, name);
    }
  }
  assertEquals(await stateOf(store, ids.rollout_id), before);
});

Deno.test("attack: everything that the document of the service names is tried", async () => {
  const app = httpApp(createStore(memory()), { metrics: newMetrics() });
  const answer = await app(new Request("http://localhost/openapi.json"));
  const { paths } = await answer.json();
  const tried = [
    ...ROUTES.map(({ path }) => `${ROOT}${templateOf(path)}`),
    ...OTHERS.map((line) => line.split(" ")[1]),
  ];
  assertEquals(Object.keys(paths).filter((path) => !tried.includes(path)), [`${ROOT}/health`]);
});
