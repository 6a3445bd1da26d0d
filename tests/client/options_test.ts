/** What a connection can be told, and what it makes of an address. */

import { assertEquals, assertNotMatch } from "@std/assert";
import { connectStore } from "../../mod.ts";
import { valueOf } from "../../src/store/promises.ts";
import { ourServer } from "./servers.ts";

/** As callers without types connect. */
const connecting = (url: unknown, options?: unknown): ReturnType<typeof connectStore> =>
  Reflect.apply(connectStore, undefined, options === undefined ? [url] : [url, options]);

const WRONG: readonly (readonly [argument: string, options: unknown])[] = [
  ["options", null],
  ["options", "secret"],
  ...[NaN, 0, -1, "1", null].map((timeoutSeconds) =>
    ["timeoutSeconds", { timeoutSeconds }] as const
  ),
  ...[NaN, -1, 1.5, Infinity, "1", null].map((retries) => ["retries", { retries }] as const),
  ["numbers", { numbers: "big" }],
  ["fetch", { fetch: "secret" }],
  ["headers", { headers: null }],
  ["headers", { headers: "Bearer secret" }],
  ["headers", { headers: { "x y": "1" } }],
  ["headers", { headers: { x: "secret\n" } }],
  ["headers", { headers: { x: 1 } }],
  ...["secret\n", "secret\u2603", "secret\x01", null, 5, Symbol("secret")].map((token) =>
    ["token", { token }] as const
  ),
];

Deno.test("client: an option that cannot be used is refused by its name, without what is secret", () => {
  for (const [argument, options] of WRONG) {
    const connected = connecting("http://localhost", options);
    if (connected._tag === "Right" || connected.left._tag !== "InvalidArgument") {
      throw new Error(`${argument} is taken`);
    }
    assertEquals(connected.left.argument, argument);
    assertNotMatch(connected.left.message, /secret/);
  }
});

Deno.test("client: what is no URL of a server is refused", () => {
  for (const url of ["", "localhost", "ftp://localhost", 5, null]) {
    const connected = connecting(url);
    assertEquals(connected._tag === "Left" && connected.left._tag, "InvalidArgument");
  }
});

Deno.test("client: a request may take for ever", async () => {
  const store = valueOf(
    connectStore("http://localhost", { fetch: ourServer(), timeoutSeconds: Infinity }),
  );
  assertEquals((await store.statistics()())._tag, "Right");
});

/** The headers that a client sends. */
const headersOf = async (
  url: string,
  options: { readonly token?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Headers> => {
  const sent: Headers[] = [];
  const store = valueOf(
    connectStore(url, {
      ...options,
      fetch: (request) => {
        sent.push(request.headers);
        return ourServer()(request);
      },
    }),
  );
  await store.enqueueRollout({ input: 1 })();
  return sent[0] ?? new Headers();
};

Deno.test("client: the token and the client's own headers count before those of its options", async () => {
  const headers = { Authorization: "other", "Content-Type": "text/plain", "X-Mine": "1" };
  const sent = await headersOf("http://localhost", { token: "secret", headers });
  assertEquals(sent.get("authorization"), "Bearer secret");
  assertEquals(sent.get("content-type"), "application/json");
  assertEquals(sent.get("x-mine"), "1");
  assertEquals((await headersOf("http://localhost", { headers })).get("authorization"), "other");
});

Deno.test("client: a password in the URL is sent as it is meant", async () => {
  for (const [url, credentials] of [["u:p%40ss", "u:p@ss"], ["u:100%", "u:100%"]]) {
    const sent = await headersOf(`http://${url}@localhost`);
    assertEquals(sent.get("authorization"), `Basic ${btoa(credentials ?? "")}`);
  }
});

Deno.test("client: traces go to the server's own address", async () => {
  for (
    const [url, traces] of [
      ["http://localhost:4747", "http://localhost:4747/v1/traces"],
      [" http://localhost/at//?query=1#hash ", "http://localhost/at/v1/traces"],
      ["http://user:secret@localhost/", "http://user:secret@localhost/v1/traces"],
    ]
  ) {
    const store = valueOf(connectStore(url ?? ""));
    assertEquals(valueOf(await store.otlpTracesEndpoint()()), traces);
  }
});
