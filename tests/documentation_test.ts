/** The public documentation is whole: `deno doc --lint` complains of nothing of ours. */

import { assertEquals } from "@std/assert";

/**
 * Types of fp-ts, io-ts and mongodb in our public types. The linter takes the types of any package that the
 * entry points do not export themselves for private ones.
 */
const FOREIGN = new Set([
  "Either",
  "TaskEither",
  "Type",
  "Decoder",
  "Context",
  "Errors",
  "MongoClient",
  "MongoClientOptions",
]);

const COMPLAINT = /error\[([a-z-]+)\]: (.+)\n\s*--> (.+)/g;

Deno.test("deno doc --lint finds every public symbol documented", async () => {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "doc",
      "--lint",
      "mod.ts",
      "src/testing/mod.ts",
      "src/display/mod.ts",
      "src/durable_object/mod.ts",
    ],
    cwd: new URL("..", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  const complaints = [...new TextDecoder().decode(stderr).matchAll(COMPLAINT)];
  assertEquals(success, complaints.length === 0, "the linter's output was not understood");
  const ours = complaints
    .filter(([, rule, text]) => {
      const reference = /references private type '(\w+)'/.exec(text ?? "")?.[1];
      return rule !== "private-type-ref" || !FOREIGN.has(reference ?? "");
    })
    .map(([, rule, text, place]) => `${rule}: ${text} (${place})`);
  assertEquals(ours, []);
});
