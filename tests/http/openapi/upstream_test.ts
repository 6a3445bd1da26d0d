/** The document holds what agent-lightning 0.3's does. */

import { assertEquals } from "@std/assert";
import { openApi } from "../../../src/http/openapi/document.ts";
import { factsOf, missingIn } from "./facts.ts";
import { UPSTREAM } from "./upstream.ts";

const OURS = factsOf(openApi({ hasToken: false, hasNames: false, hasMetrics: false }));

/** A file with agent-lightning's own document, to compare with it whole. */
const GIVEN = Deno.env.get("LIGHTNING_OPENAPI");

if (GIVEN === undefined) {
  console.warn(
    "THE DOCUMENT OF AGENT-LIGHTNING IS NOT COMPARED: LIGHTNING_OPENAPI names no file with it. " +
      "The facts that were taken from it are.",
  );
}

Deno.test("openapi: every path, parameter and field of agent-lightning is there", () => {
  assertEquals(missingIn(UPSTREAM, OURS), []);
});

Deno.test("openapi: a path, a parameter and a field that are missing are found", () => {
  const { "GET /v1/agl/workers": workers, "GET /v1/agl/health": _, ...others } = OURS;
  const lacking = {
    ...others,
    "GET /v1/agl/workers": {
      parameters: workers?.parameters?.filter((it) => it !== "status_in") ?? [],
      answer: workers?.answer?.filter((it) => it !== "items.status") ?? [],
    },
  };
  assertEquals(
    new Set(missingIn(UPSTREAM, lacking)),
    new Set([
      "GET /v1/agl/health",
      "GET /v1/agl/workers: parameters: status_in",
      "GET /v1/agl/workers: answer: items.status",
    ]),
  );
});

Deno.test({
  name: "openapi: a given document of agent-lightning is the one that the facts are from",
  ignore: GIVEN === undefined,
  fn: async () => {
    const theirs = factsOf(JSON.parse(await Deno.readTextFile(GIVEN ?? "")));
    assertEquals(missingIn(theirs, UPSTREAM), []);
    assertEquals(missingIn(UPSTREAM, theirs), []);
    assertEquals(missingIn(theirs, OURS), []);
  },
});
