/** How the service stops, as a process. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { gateAt } from "./gate.ts";
import { launch, serving, servingAsTask, until } from "./service.ts";

const post = (address: string, path: string, body: unknown) =>
  fetch(`${address}/v1/agl${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });

const ENQUEUE = "/queues/rollouts/enqueue";

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`stop: ${signal} finishes what runs`, async () => {
    await using gate = gateAt(ENQUEUE);
    await using service = await serving(["--store", gate.url]);
    const running = post(service.address, ENQUEUE, { rollouts: [{ input: 1 }] });
    await gate.reached;
    service.kill(signal);
    await until(service, "Stopping");
    gate.open();
    const answer = await running;
    assertEquals([answer.status, (await answer.json())[0].status], [201, "queuing"]);
    assertEquals((await service.end()).code, 0);
  });
}

Deno.test("stop: a store that is still being opened does not delay it", async () => {
  using nobody = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = nobody.addr;
  const service = launch(["--store", `mongodb://127.0.0.1:${port}/`, "--port", "0"]);
  for await (const line of service.complaints) {
    if (JSON.parse(line).message === "Still opening the store") break;
  }
  service.kill("SIGTERM");
  assertEquals((await service.end()).code, 0);
});

Deno.test("stop: a wait that is held does not delay it", async () => {
  await using gate = gateAt("/waits/rollouts");
  await using service = await serving(["--store", gate.url]);
  const held = post(service.address, "/waits/rollouts", { rollout_ids: ["ro-1"], timeout: null });
  await gate.reached;
  service.kill("SIGTERM");
  const answer = await held;
  assertEquals([answer.status, answer.headers.get("retry-after")], [503, "1"]);
  await answer.body?.cancel();
  assertEquals((await service.end()).code, 0);
});

Deno.test("stop: an answer on its way arrives whole", async () => {
  await using service = await serving(["--store", "memory:"]);
  const input = "x".repeat(2 ** 25);
  const [{ rollout_id }] = await (await post(service.address, ENQUEUE, { rollouts: [{ input }] }))
    .json();
  // More than the buffers of a connection hold: most of it is still to be sent.
  const answer = await fetch(`${service.address}/v1/agl/rollouts/${rollout_id}`);
  service.kill("SIGTERM");
  await until(service, "Stopping");
  assertEquals((await answer.json()).input.length, input.length);
  assertEquals((await service.end()).code, 0);
});

Deno.test("stop: a request that never comes to its end does not hold it up", async () => {
  await using service = await serving(["--store", "memory:", "--stop-seconds", "1"]);
  const { hostname, port } = new URL(service.address);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const half = `POST /v1/agl${ENQUEUE} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{`;
  await connection.write(new TextEncoder().encode(half));
  service.kill("SIGTERM");
  assertEquals((await service.end()).code, 0);
});

for (const [signal, code] of [["SIGTERM", 143], ["SIGINT", 130]] as const) {
  Deno.test(`stop: a second signal, ${signal}, ends it at once with ${code}`, async () => {
    await using gate = gateAt(ENQUEUE);
    await using service = await serving(["--store", gate.url]);
    const running = post(service.address, ENQUEUE, { rollouts: [{ input: 1 }] }).catch(() => null);
    await gate.reached;
    service.kill("SIGTERM");
    await until(service, "Stopping");
    // Within a second it would be a copy of the first one.
    await delay(1100);
    service.kill(signal);
    const ended = await service.end();
    assertEquals(ended.code, code);
    assertStringIncludes(ended.problems, '"Stopping at once"');
    assertEquals(await running, null);
  });
}

Deno.test("stop: a copy of the signal, a moment later, ends nothing at once", async () => {
  await using gate = gateAt(ENQUEUE);
  await using service = await serving(["--store", gate.url]);
  const running = post(service.address, ENQUEUE, { rollouts: [{ input: 1 }] });
  await gate.reached;
  service.kill("SIGINT");
  await until(service, "Stopping");
  service.kill("SIGINT");
  service.kill("SIGTERM");
  gate.open();
  const answer = await running;
  assertEquals((await answer.json())[0].status, "queuing");
  const { code, problems } = await service.end();
  assertEquals(code, 0);
  assert(!problems.includes("at once"));
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`stop: ${signal} to deno task and all below it is one signal`, async () => {
    await using gate = gateAt("/waits/rollouts");
    await using service = await servingAsTask(["--store", gate.url]);
    const held = post(service.address, "/waits/rollouts", { rollout_ids: ["ro-1"], timeout: null });
    await gate.reached;
    service.kill(signal);
    const answer = await held;
    await answer.body?.cancel();
    assertEquals(answer.status, 503);
    assertEquals((await service.end()).code, 0);
  });
}

Deno.test("stop: what runs for too long is cut off, with a word on it", async () => {
  await using gate = gateAt(ENQUEUE);
  await using service = await serving(["--store", gate.url, "--stop-seconds", "0.1"]);
  const running = post(service.address, ENQUEUE, { rollouts: [{ input: 1 }] }).catch(() => null);
  await gate.reached;
  service.kill("SIGTERM");
  const { code, problems } = await service.end();
  assertEquals(code, 1);
  assertStringIncludes(problems, "cut off");
  assertEquals(await running, null);
});
