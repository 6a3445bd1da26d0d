/** Bodies that tell their length, which are read as a whole, and those that the platform parses. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { createStore, type HttpApp, httpApp, type HttpOptions, memory } from "../../mod.ts";

/** A claim is parsed by the platform, a search is not; what each answers when there is no body. */
const PLACES = { "/queues/rollouts/dequeue": 200, "/rollouts/search": 422 };

for (const [path, withoutBody] of Object.entries(PLACES)) {
  const ask = async (
    body: BodyInit,
    length: number | string,
    given: HttpApp | HttpOptions = {},
    type = "application/json",
  ) => {
    const app = typeof given === "function"
      ? given
      : httpApp(createStore(memory(), { log: () => {} }), given);
    const answer = await app(
      new Request(`http://localhost/v1/agl${path}`, {
        method: "POST",
        body,
        headers: { "content-type": type, "content-length": String(length) },
      }),
    );
    return { status: answer.status, text: await answer.text() };
  };
  const whole = (text: string, given?: HttpApp | HttpOptions, type?: string) =>
    ask(text, new TextEncoder().encode(text).length, given, type);

  Deno.test(`reading: JSON is read, other types and what is none are refused (${path})`, async () => {
    assertEquals((await whole('{"limit": 1, "worker_id": "é"}')).status, 200);
    assertEquals((await whole("{}", {}, "application/merge-patch+json")).status, 200);
    for (const body of ["", "null"]) assertEquals((await whole(body)).status, withoutBody, body);
    const other = await whole("{}", {}, "text/plain");
    assertEquals(other.status, 422);
    assertStringIncludes(other.text, "expected Content-Type: application/json");
    for (const body of ["{", "[1,]", " ", "{}{}"]) {
      const { status, text } = await whole(body);
      assertEquals(status, 422, body);
      assertStringIncludes(text, "JSON decode error");
    }
    for (const body of ["[]", "1", '"limit"']) {
      const { status, text } = await whole(body);
      assertEquals(status, 422, body);
      assertStringIncludes(text, "expected an object");
    }
  });

  Deno.test(`reading: text that is no UTF-8 is refused, and what stands for it is a text (${path})`, async () => {
    assertEquals(
      (await whole('{"worker_id":"\ufffd","rollout_id_contains":"\ufffd"}')).status,
      200,
    );
    const latin = Uint8Array.from('{"worker_id":"\u00e9"}', (char) => char.charCodeAt(0));
    const streamed = await ask(new Blob([latin]).stream(), "");
    assertEquals(streamed, { status: 400, text: '{"detail":"The body is not UTF-8"}' });
    // The platform says nothing of what it has parsed.
    const { status, text } = await ask(latin, latin.length);
    const isParsed = path === "/queues/rollouts/dequeue";
    assertEquals(status, isParsed ? 200 : 400);
    if (!isParsed) assertEquals(text, streamed.text);
  });

  Deno.test(`reading: a body that says that it is too large is refused unread (${path})`, async () => {
    assertEquals((await ask("{}", 1001, { maxBodyBytes: 1000 })).status, 413);
  });

  /** A body that begins, and then does nothing. */
  const slow = () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    writer.write(new TextEncoder().encode("{")).catch(() => {});
    return { readable, writer };
  };

  Deno.test(`reading: a body that takes too long gets 408 (${path})`, async () => {
    assertEquals((await ask(slow().readable, 10, { bodySeconds: 0.01 })).status, 408);
  });

  Deno.test(`reading: bodies that are waited for take no place of others, and are not too many (${path})`, async () => {
    const app = httpApp(createStore(memory()), { maxRequests: 1, maxWaits: 2, bodySeconds: 0.2 });
    const [first, second] = [ask(slow().readable, 10, app), ask(slow().readable, 10, app)];
    assertEquals((await whole("{}", app)).status, 200);
    const third = await ask(slow().readable, 10, app);
    assertEquals(third.status, 503);
    assertStringIncludes(third.text, "Too many bodies are on their way");
    assertEquals([(await first).status, (await second).status], [408, 408]);
    assertEquals((await ask(slow().readable, 10, app)).status, 408);
  });

  Deno.test(`reading: a body that breaks off gets 400 (${path})`, async () => {
    const { readable, writer } = slow();
    const asked = ask(readable, 10);
    await writer.abort(new Error("gone")).catch(() => {});
    assertEquals((await asked).status, 400);
  });

  Deno.test(`reading: a server that stops waits for no body (${path})`, async () => {
    const stopping = new AbortController();
    const asked = ask(slow().readable, 10, { stopping: stopping.signal });
    stopping.abort();
    assertEquals((await asked).status, 503);
  });
}

Deno.test("limits: requests that are too many get 503, each kind in its own words", async () => {
  const going = Promise.withResolvers<void>();
  const store = createStore(memory());
  const app = httpApp({
    ...store,
    statistics: () => async () => {
      await going.promise;
      return await store.statistics()();
    },
  }, { maxRequests: 1 });
  const ask = (path: string, init: RequestInit = {}) =>
    app(new Request(`http://localhost/v1${path}`, init));
  const first = ask("/agl/statistics");
  const second = await ask("/agl/statistics");
  assertEquals([second.status, second.headers.get("retry-after")], [503, "1"]);
  assertStringIncludes(await second.text(), "Too many requests are in work");
  const headers = { "content-type": "application/json" };
  const traces = await ask("/traces", { method: "POST", headers, body: "{}" });
  assertEquals([traces.status, traces.headers.get("retry-after")], [503, "1"]);
  assertEquals(await traces.json(), { message: "Too many requests are in work; ask again" });
  assertEquals((await ask("/agl/health")).status, 200);
  going.resolve();
  assertEquals((await first).status, 200);
  assertEquals((await ask("/traces", { method: "POST", headers, body: "{}" })).status, 200);
});

Deno.test("reading: resources for the name of a route are refused, and not taken for a query", async () => {
  const store = createStore(memory(), { log: () => {} });
  const app = httpApp(store);
  const post = async (path: string, body: unknown) => {
    const headers = { "content-type": "application/json" };
    const url = `http://localhost/v1/agl${path}`;
    const answer = await app(
      new Request(url, { method: "POST", body: JSON.stringify(body), headers }),
    );
    return { status: answer.status, body: await answer.json() };
  };
  const llm = { resource_type: "llm", endpoint: "e", model: "m" };
  const { status, body } = await post("/resources/search", { main: llm });
  assertEquals([status, body.detail], [
    400,
    'resources_id: expected an id that no route has, got "search"',
  ]);
  assertEquals((await post("/resources/search", { resources_id: "x", main: 1 })).status, 200);
  const { right } = Object(await store.statistics()());
  assertEquals(right.total_resources, 0);
});

Deno.test("reading: what is no JSON is told with its place", async () => {
  const app = httpApp(createStore(memory()));
  for (
    const [body, place] of [
      ['{"input": 1,}', 12],
      // What stands for the token is longer.
      ['{"input": NaN, "mode": "é" x}', 0],
      ["", 0],
    ] as const
  ) {
    const headers = { "content-type": "application/json" };
    const request = new Request("http://localhost/v1/agl/rollouts", {
      method: "POST",
      body,
      headers,
    });
    const { detail: [{ loc }] } = await (await app(request)).json();
    assertEquals(loc, body === "" ? ["body"] : ["body", place]);
  }
});

Deno.test("reading: tokens that JSON does not have are read, but in claims", async () => {
  const app = httpApp(createStore(memory({ numbers: "exact" })));
  const post = async (path: string, body: string) => {
    const headers = { "content-type": "application/json", "content-length": String(body.length) };
    const url = `http://localhost/v1/agl${path}`;
    const answer = await app(new Request(url, { method: "POST", body, headers }));
    return { status: answer.status, text: await answer.text() };
  };
  const { text } = await post("/rollouts", '{"input": [NaN, 1.0, "NaN: ", {"NaN": -Infinity}]}');
  assertStringIncludes(text, '[null,1.0,"NaN: ",{"NaN":null}]');
  const long = `${"x".repeat(2 ** 24)}\\"\\\\`;
  const { status } = await post("/rollouts", `{"input": ["${long}", NaN, "${'\\"'.repeat(9)}"]}`);
  assertEquals(status, 201);
  for (
    const wrong of ["{NaN: 1}", '{"input": NaN, Infinity : 1}', '{"input": [NaN', '{"input": N}']
  ) {
    assertEquals((await post("/rollouts", wrong)).status, 422, wrong);
  }
  assertEquals((await post("/rollouts/search", '{"unknown": Infinity}')).status, 200);
  const claim = await post("/queues/rollouts/dequeue", '{"unknown": NaN}');
  assertEquals(claim.status, 422);
  assertStringIncludes(claim.text, "JSON decode error");
});
