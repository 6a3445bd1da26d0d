/** Bodies that come too slowly, end early, or are still coming when the server stops. */

import { assertEquals } from "@std/assert";
import { createStore, httpApp, type HttpOptions, memory } from "../../mod.ts";

/** Each place that takes a body, with a type of body that it takes. */
const PLACES = [
  { path: "/v1/agl/rollouts", type: "application/json" },
  { path: "/v1/traces", type: "application/json" },
  { path: "/v1/traces", type: "application/x-protobuf" },
  { path: "/v1/traces", type: "application/json", coding: "gzip" },
];

for (const { path, type, coding } of PLACES) {
  const name = `${path} ${type}${coding === undefined ? "" : ` ${coding}`}`;
  /** Posts a body that begins, and then does nothing until `end` is called with its fate. */
  const post = (options: HttpOptions) => {
    const app = httpApp(createStore(memory(), { log: () => {} }), options);
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    writer.write(new TextEncoder().encode("{")).catch(() => {});
    const request = new Request(`http://localhost${path}`, {
      method: "POST",
      body: readable,
      headers: {
        "content-type": type,
        ...coding === undefined ? {} : { "content-encoding": coding },
      },
    });
    return { answer: app(request), writer };
  };

  Deno.test(`body: one that takes too long is answered 408 (${name})`, async () => {
    const answer = await post({ bodySeconds: 0.01 }).answer;
    assertEquals(answer.status, 408);
    assertEquals(answer.headers.get("connection"), "close");
    await answer.body?.cancel();
  });

  Deno.test(`body: one that breaks off is answered 400 (${name})`, async () => {
    const { answer, writer } = post({});
    await writer.abort(new Error("gone")).catch(() => {});
    assertEquals((await answer).status, 400);
    await (await answer).body?.cancel();
  });

  Deno.test(`body: a server that stops waits for none (${name})`, async () => {
    const stopping = new AbortController();
    const { answer } = post({ stopping: stopping.signal });
    stopping.abort();
    assertEquals((await answer).status, 503);
    await (await answer).body?.cancel();
  });
}
