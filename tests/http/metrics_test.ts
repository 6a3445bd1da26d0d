/** Metrics, besides case C98. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { newMetrics } from "../../mod.ts";
import { expecting, type Wire, wire } from "./wire.ts";

const HTTP = "agl_http_total";
const STORE = "agl_store_total";

/** What is counted by now, by its labels. */
const counted = async ({ get }: Wire, name: string): Promise<Readonly<Record<string, string>>> => {
  const { text } = await get("/v1/prometheus/");
  return Object.fromEntries(
    [...text.matchAll(new RegExp(`^${name}\\{(.*)\\} (\\d+)$`, "gm"))].map(
      ([, labels = "", count = ""]) => [labels, count],
    ),
  );
};

Deno.test("metrics: ids are not told apart, nor are paths and methods that are unknown", async () => {
  const server = wire({ metrics: newMetrics() });
  for (const id of ["a", "b"]) expecting(await server.get(`/workers/${id}`), 200);
  for (const path of ["/nowhere", "/elsewhere"]) expecting(await server.get(path), 404);
  expecting(await server.send("BREW", "/workers/a"), 405);
  const labels = await counted(server, HTTP);
  assertEquals(labels, {
    'path="/v1/agl/workers/{worker_id}",method="GET",status="200"': "2",
    'path="unmatched",method="GET",status="404"': "2",
    'path="/v1/agl/workers/{worker_id}",method="other",status="405"': "1",
  });
});

Deno.test("metrics: operations of the store count under agent-lightning's names", async () => {
  const server = wire({ metrics: newMetrics() });
  expecting(await server.post("/rollouts", { input: 1 }), 201);
  expecting(await server.post("/rollouts/nope", { status: "failed" }), 404);
  expecting(await server.post("/rollouts", {}), 422);
  assertEquals(await counted(server, STORE), {
    'method="start_rollout",store_pubmeth="start_rollout",status="OK"': "1",
    'method="update_rollout",store_pubmeth="update_rollout",status="ValueError"': "1",
    'method="start_rollout",store_pubmeth="start_rollout",status="ValidationError"': "1",
  });
});

Deno.test("metrics: rollouts count when they come to their end, by an update or by the watchdog", async () => {
  const server = wire({ metrics: newMetrics() });
  const start = async (rollout: object) =>
    expecting(await server.post("/rollouts", { input: 1, ...rollout }), 201);
  const done = await start({ mode: "train" });
  await start({});
  await start({ config: { timeout_seconds: 0.001 } });
  const path = `/rollouts/${done.rollout_id}/attempts/${done.attempt.attempt_id}`;
  expecting(await server.post(path, { status: "succeeded" }), 200);
  await delay(5);
  expecting(await server.get("/rollouts/none"), 200);
  assertEquals(await counted(server, "agl_rollouts_total"), {
    'status="succeeded",mode="train"': "1",
    'status="failed",mode="unknown"': "1",
  });
  const { text } = await server.get("/v1/prometheus");
  assertStringIncludes(text, 'agl_rollouts_duration_count{status="failed",mode="unknown"} 1\n');
});

Deno.test("metrics: buckets count what is at most their end, and labels are escaped", () => {
  const { observe, text } = newMetrics();
  for (const seconds of [0.001, 0.0011, 400]) {
    observe("agl_http", { path: 'a"b\\c\nd' }, seconds);
  }
  const labels = 'path="a\\"b\\\\c\\nd"';
  for (
    const line of [
      "# TYPE agl_http_total counter",
      `agl_http_total{${labels}} 3`,
      "# TYPE agl_http_latency histogram",
      `agl_http_latency_bucket{${labels},le="0.0005"} 0`,
      `agl_http_latency_bucket{${labels},le="0.001"} 1`,
      `agl_http_latency_bucket{${labels},le="0.002"} 2`,
      `agl_http_latency_bucket{${labels},le="300"} 2`,
      `agl_http_latency_bucket{${labels},le="+Inf"} 3`,
      `agl_http_latency_count{${labels}} 3`,
    ]
  ) assertStringIncludes(text(), `${line}\n`);
});

Deno.test("metrics: they need the token like the rest", async () => {
  expecting(await wire({ metrics: newMetrics(), token: "s3cret" }).get("/v1/prometheus/"), 401);
});
