/** What the server answers is what its document says. */

import { assertEquals, assertNotEquals } from "@std/assert";
import { Ajv2020 } from "ajv";
import { CASES } from "../cases.ts";
import { expecting, HOST, type Wire, wire } from "../wire.ts";
import { breachOf } from "./document.ts";

Deno.test("openapi: no answer of a case of the specification breaks the document", async () => {
  const breaches: string[] = [];
  for (const { number, options, run } of CASES) {
    await run(watched(wire(options), (breach) => breaches.push(`${number}: ${breach}`)));
  }
  assertEquals(breaches, []);
});

Deno.test("openapi: an answer that lacks a field, or has an unknown status, is a breach", async () => {
  const answer = await wire().post("/rollouts", { input: 1 });
  const path = "/v1/agl/rollouts";
  assertEquals(breachOf("POST", path, answer), null);
  const { config: _, ...lacking } = answer.json;
  assertNotEquals(breachOf("POST", path, { ...answer, json: lacking }), null);
  assertNotEquals(breachOf("POST", path, { ...answer, status: 418 }), null);
  assertNotEquals(breachOf("POST", path, { ...answer, headers: new Headers() }), null);
});

Deno.test("openapi: the document is served, to whoever has the token", async () => {
  const { get } = wire({ token: "s3cret" });
  expecting(await get(`${HOST}/openapi.json`), 401);
  const headers = { authorization: "Bearer s3cret" };
  const { openapi, security, paths } = expecting(
    await get(`${HOST}/openapi.json`, { headers }),
    200,
  );
  assertEquals([openapi, security], ["3.1.0", [{ bearer: [] }, { basic: [] }]]);
  assertEquals(paths["/v1/agl/health"].get.security, []);
});

Deno.test("openapi: every schema is one, and every reference leads somewhere", async () => {
  const { components, paths } = expecting(await wire().get(`${HOST}/openapi.json`), 200);
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema({ components }, "openapi");
  for (const name of Object.keys(components.schemas)) {
    ajv.compile({ $ref: `openapi#/components/schemas/${name}` });
  }
  const references = [...JSON.stringify(paths).matchAll(/"#\/components\/(\w+)\/(\w+)"/g)];
  assertNotEquals(references, []);
  assertEquals(references.filter(([, kind = "", name = ""]) => !(name in components[kind])), []);
});

Deno.test("openapi: each operation has a name of its own", async () => {
  const { paths } = expecting(await wire().get(`${HOST}/openapi.json`), 200);
  const names = Object.values(paths)
    .flatMap((operations) => Object.values(Object(operations)))
    .map((operation) => Object(operation).operationId);
  assertEquals(names.length, new Set(names).size);
});

/** The same server; whatever it answers against its document is told. */
const watched = (server: Wire, tell: (breach: string) => void): Wire => {
  const send: Wire["send"] = async (method, path, call) => {
    const answer = await server.send(method, path, call);
    const whole = path.startsWith("/v1") || path.startsWith(HOST) ? path : `/v1/agl${path}`;
    const breach = breachOf(method, new URL(whole, HOST).pathname, answer);
    // An answer to a caller that is gone goes to nobody.
    if (breach !== null && answer.status !== 499) tell(breach);
    return answer;
  };
  return {
    send,
    get: (path, call) => send("GET", path, call),
    post: (path, body, call) => send("POST", path, { ...call, body }),
  };
};
