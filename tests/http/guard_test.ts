/** Who may ask what: cases C97 and C99, and limits. */

import { assert, assertEquals } from "@std/assert";
import {
  createStore,
  httpApp,
  type HttpOptions,
  memory,
  newMetrics,
  type RequestLog,
} from "../../mod.ts";

const API = "http://localhost:4747/v1/agl";

interface Asked extends Omit<RequestInit, "headers"> {
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks a server with options. */
const asking = (options: HttpOptions) => {
  const app = httpApp(createStore(memory(), { log: () => {} }), options);
  return (path: string, { headers = {}, ...init }: Asked = {}) =>
    app(
      new Request(`${API}${path}`, {
        ...init,
        headers: "body" in init ? { "content-type": "application/json", ...headers } : headers,
      }),
    );
};

const basic = (password: string) => ({ authorization: `Basic ${btoa(`anyone:${password}`)}` });

Deno.test("wire C97: an origin that is listed gets CORS headers, another one is served without them", async () => {
  const ask = asking({ origins: ["http://a"] });
  const listed = await ask("/health", { headers: { origin: "http://a" } });
  assertEquals(listed.headers.get("access-control-allow-origin"), "http://a");
  assertEquals(listed.headers.get("access-control-allow-credentials"), "true");
  const other = await ask("/health", { headers: { origin: "http://b" } });
  assertEquals([other.status, other.headers.get("access-control-allow-origin")], [200, null]);
  const preflight = (origin: string) =>
    ask("/rollouts", {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
  const allowed = await preflight("http://a");
  assertEquals(allowed.status, 200);
  assert(/GET.*POST/.test(allowed.headers.get("access-control-allow-methods") ?? ""));
  assertEquals((await preflight("http://b")).status, 400);
});

Deno.test("guard: with every origin allowed, none may act with credentials", async () => {
  const answer = await asking({ origins: ["*"] })("/health", { headers: { origin: "http://a" } });
  assertEquals(answer.headers.get("access-control-allow-origin"), "http://a");
  assertEquals(answer.headers.get("access-control-allow-credentials"), null);
});

Deno.test("guard: without listed origins there are no CORS headers at all", async () => {
  const answer = await asking({})("/health", { headers: { origin: "http://a" } });
  assertEquals([...answer.headers.keys()].filter((it) => it.startsWith("access-control")), []);
});

for (const token of ["", undefined]) {
  Deno.test(`guard: a token that is ${token === "" ? "empty" : "missing"} lets nobody in`, async () => {
    const ask = asking({ token });
    for (const headers of [{}, basic(""), { authorization: "Bearer undefined" }]) {
      for (const path of ["/health", "/statistics"]) {
        const answer = await ask(path, { headers });
        assertEquals([answer.status, await answer.json()], [503, {
          detail: "The server has no token yet, and answers nobody",
        }]);
      }
    }
  });
}

Deno.test("wire C99: a token is needed everywhere but for health; Bearer or Basic brings it", async () => {
  const ask = asking({ token: "s3cret" });
  assertEquals((await ask("/health")).status, 200);
  const wrong: readonly Asked["headers"][] = [
    {},
    { authorization: "Bearer other" },
    basic(""),
    basic("s3cre"),
  ];
  for (const headers of wrong) {
    const answer = await ask("/statistics", { headers: headers ?? {} });
    assertEquals(answer.status, 401);
    assertEquals(answer.headers.get("www-authenticate")?.startsWith("Basic"), true);
  }
  for (const headers of [{ authorization: "Bearer s3cret" }, basic("s3cret")]) {
    assertEquals((await ask("/statistics", { headers })).status, 200);
  }
});

Deno.test("wire C99: a page from elsewhere drains no queue", async () => {
  const ask = asking({});
  await ask("/queues/rollouts/enqueue", { method: "POST", body: '{"rollouts":[{"input":1}]}' });
  const headers = { origin: "http://elsewhere" };
  assertEquals((await ask("/queues/rollouts/dequeue", { method: "POST", headers })).status, 403);
  const own = { origin: "http://localhost:4747", host: "localhost:4747" };
  const answer = await ask("/queues/rollouts/dequeue", { method: "POST", headers: own });
  assertEquals((await answer.json()).length, 1);
});

Deno.test("guard: a server that knows its names answers to no other", async () => {
  const ask = asking({ hosts: ["localhost"] });
  assertEquals((await ask("/health")).status, 200);
  assertEquals((await ask("/health", { headers: { host: "evil.example:4747" } })).status, 421);
});

for (
  const [host, status] of [
    ["[::1]", 200],
    ["[::1]:4747", 200],
    ["LocalHost:4747", 200],
    ["localhost", 200],
    ["store.example", 200],
    ["[::2]:4747", 421],
    ["[::1].evil.example", 421],
    ["localhost.evil.example:4747", 421],
    ["evil.example/localhost", 421],
    ["", 421],
  ] as const
) {
  Deno.test(`guard: by the name ${JSON.stringify(host)} it gives ${status}`, async () => {
    const ask = asking({ hosts: ["localhost", "[::1]", "Store.Example"] });
    assertEquals((await ask("/health", { headers: { host } })).status, status);
  });
}

Deno.test("limits: a body that is too large is refused, whether it says so or not", async () => {
  const ask = asking({ maxBodyBytes: 1000 });
  const body = JSON.stringify({ input: "x".repeat(2000) });
  assertEquals((await ask("/rollouts", { method: "POST", body })).status, 413);
  const stream = new Blob([body]).stream();
  assertEquals((await ask("/rollouts", { method: "POST", body: stream })).status, 413);
});

Deno.test("limits: waits that are too many get 503, and others are served meanwhile", async () => {
  const ask = asking({ maxWaits: 1 });
  const made = await ask("/rollouts", { method: "POST", body: '{"input":1}' });
  const { rollout_id } = await made.json();
  const body = JSON.stringify({ rollout_ids: [rollout_id], timeout: 5 });
  const first = ask("/waits/rollouts", { method: "POST", body });
  const second = await ask("/waits/rollouts", { method: "POST", body });
  assertEquals([second.status, second.headers.get("retry-after")], [503, "1"]);
  await ask(`/rollouts/${rollout_id}`, { method: "POST", body: '{"status":"failed"}' });
  assertEquals((await first).status, 200);
});

for (const [length, input] of Object.entries({ short: 1, long: "x".repeat(2000) })) {
  Deno.test(`replay: a ${length} request that comes again with its key gets the first answer`, async () => {
    const ask = asking({});
    const enqueue = (key: string, what: unknown = input) =>
      ask("/queues/rollouts/enqueue", {
        method: "POST",
        headers: { "idempotency-key": key },
        body: JSON.stringify({ rollouts: [{ input: what }] }),
      }).then((answer) => answer.json());
    const [first, again] = await Promise.all([enqueue("k"), enqueue("k")]);
    assertEquals(first, again);
    assertEquals(await enqueue("k"), first);
    const ids = new Set([first, await enqueue("l"), await enqueue("k", `${input}!`)].map(
      ([{ rollout_id }]) => rollout_id,
    ));
    assertEquals(ids.size, 3);
    const { total_rollouts } = await (await ask("/statistics")).json();
    assertEquals(total_rollouts, 3);
  });
}

Deno.test("replay: an answer that comes again is whole; a refusal, or one to something else, does not", async () => {
  const ask = asking({});
  const start = (body: string) =>
    ask("/rollouts", { method: "POST", headers: { "idempotency-key": "k" }, body });
  assertEquals((await start("{}")).status, 422);
  const [first, again] = [await start('{"input":1}'), await start('{"input":1}')];
  for (const answer of [first, again]) {
    assertEquals([answer.status, answer.headers.get("content-type")], [201, "application/json"]);
  }
  const rollout = await first.json();
  assertEquals(await again.json(), rollout);
  const other = await (await start('{"input":2}')).json();
  assert(other.rollout_id !== rollout.rollout_id);
});

Deno.test("log: one that fails, as metrics may, leaves the answer as it is", async () => {
  const failing = () => {
    throw new Error("disk full");
  };
  const ask = asking({ log: failing, metrics: { ...newMetrics(), observe: failing } });
  const answer = await ask("/queues/rollouts/enqueue", {
    method: "POST",
    body: `{"rollouts":[{"input":1}]}`,
  });
  assertEquals([answer.status, (await answer.json()).length], [201, 1]);
});

Deno.test("log: one line for each request, without what it brought", async () => {
  const lines: RequestLog[] = [];
  const ask = asking({ token: "s3cret", log: (line) => lines.push(line) });
  const headers = { authorization: "Bearer s3cret" };
  const answer = await ask("/workers/Worker-1", { headers });
  await ask("/nowhere?x=s3cret", { headers });
  await ask("/workers/s3cret");
  assertEquals(lines.map(({ route, status }) => [route, status]), [
    ["/v1/agl/workers/{worker_id}", 200],
    ["unmatched", 404],
    ["/v1/agl/workers/{worker_id}", 401],
  ]);
  assertEquals(lines[0]?.request_id, answer.headers.get("x-request-id"));
  assertEquals(JSON.stringify(lines).includes("s3cret"), false);
});
