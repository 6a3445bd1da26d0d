import { assertEquals } from "@std/assert";
import { bakedForAttempt, baseUrl } from "../../src/core/proxy_url.ts";
import type { LLM, ProxyLLM } from "../../src/model/resources.ts";

const proxy = (endpoint: string): ProxyLLM => ({
  resource_type: "proxy_llm",
  endpoint,
  model: "m",
  api_key: "k",
  sampling_parameters: { temperature: 0.5 },
});

const direct = (endpoint: string): LLM => ({ ...proxy(endpoint), resource_type: "llm" });

const BOTH = { rollout_id: "R", attempt_id: "A" };

/** Contract 1.9 */
const TABLE = [
  ["http://h:1/v1", "http://h:1/rollout/R/attempt/A/v1"],
  ["http://h:1/v1/", "http://h:1/rollout/R/attempt/A/v1"],
  ["http://h:1", "http://h:1/rollout/R/attempt/A"],
  ["http://h:1/", "http://h:1/rollout/R/attempt/A"],
  ["http://h:1/api/v1", "http://h:1/api/rollout/R/attempt/A/v1"],
  ["http://h:1/v1beta", "http://h:1/v1beta/rollout/R/attempt/A"],
  ["http://h:1/v1//", "http://h:1/v1//rollout/R/attempt/A"],
] as const;

for (const [endpoint, url] of TABLE) {
  Deno.test(`proxy url: ${endpoint}`, () => {
    assertEquals(baseUrl(proxy(endpoint), BOTH), { _tag: "Right", right: url });
    assertEquals(bakedForAttempt(proxy(endpoint), BOTH), direct(url));
  });
}

Deno.test("proxy url: a plain endpoint stays as it is, whatever the ids", () => {
  for (const rollout_id of ["R", null]) {
    assertEquals(baseUrl(direct("http://h/v1/"), { rollout_id, attempt_id: "A" }), {
      _tag: "Right",
      right: "http://h/v1/",
    });
  }
  assertEquals(bakedForAttempt(direct("http://h/v1/"), BOTH), direct("http://h/v1/"));
});

Deno.test("proxy url: both ids or none", () => {
  const of = (rollout_id: string | null, attempt_id: string | null) => {
    const url = baseUrl(proxy("http://h/v1/"), { rollout_id, attempt_id });
    return url._tag === "Right" ? url.right : [url.left._tag, url.left.argument];
  };
  assertEquals(of(null, null), "http://h/v1/");
  assertEquals(baseUrl(proxy("http://h/v1/"), {}), { _tag: "Right", right: "http://h/v1/" });
  assertEquals(baseUrl(proxy("http://h/v1/"), { rollout_id: "R" })._tag, "Left");
  assertEquals(of("R", null), ["InvalidArgument", "attempt_id"]);
  assertEquals(of(null, "A"), ["InvalidArgument", "rollout_id"]);
  assertEquals(of("", ""), "http://h/rollout//attempt//v1");
  assertEquals(of("a/b c", "A"), "http://h/rollout/a/b c/attempt/A/v1");
});
