/** Options of an import that cannot be used. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { type ImportOptions, importUpstream } from "../../mod.ts";

const source = { uri: "mongodb://user:secret@h/", partition: "pt-a" };
const target = { uri: "mongodb://h/" };

/** Options that are wrong in one place each, and the argument that the refusal names. */
const WRONG: readonly { readonly argument: string; readonly options: unknown }[] = [
  { argument: "options", options: null },
  { argument: "source", options: { target } },
  { argument: "target", options: { source } },
  { argument: "source.partition", options: { source: { uri: "mongodb://h/" }, target } },
  { argument: "source.partition", options: { source: { ...source, partition: "" }, target } },
  { argument: "source.uri", options: { source: { partition: "pt-a" }, target } },
  { argument: "source.database", options: { source: { ...source, database: "a.b" }, target } },
  { argument: "target.uri", options: { source, target: { uri: "http://h/" } } },
  { argument: "target.partition", options: { source, target: { ...target, partition: 1 } } },
  { argument: "dryRun", options: { source, target, dryRun: "yes" } },
  { argument: "batchSize", options: { source, target, batchSize: 0 } },
  { argument: "batchSize", options: { source, target, batchSize: 1.5 } },
  { argument: "onProgress", options: { source, target, onProgress: true } },
  { argument: "signal", options: { source, target, signal: {} } },
];

for (const { argument, options } of WRONG) {
  Deno.test(`importUpstream: options are refused for ${argument}: ${JSON.stringify(options)}`, async () => {
    // What callers without types may do.
    const outcome = await importUpstream(options as ImportOptions)();
    const refusal = outcome._tag === "Left" ? outcome.left : null;
    assertEquals(refusal?._tag === "InvalidArgument" && refusal.argument, argument);
  });
}

Deno.test("importUpstream: a server that is away is a Backend error without its password", async () => {
  const driver = { serverSelectionTimeoutMS: 100 };
  const outcome = await importUpstream({
    source: { ...source, uri: "mongodb://user:secret@127.0.0.1:9/", driver },
    target: { ...target, driver },
  })();
  if (outcome._tag === "Right") throw new Error("it was not refused");
  assertEquals(outcome.left._tag, "Backend");
  assertStringIncludes(outcome.left.message, "mongodb://***@127.0.0.1:9/");
  assertEquals(outcome.left.message.includes("secret"), false);
});

Deno.test("importUpstream: a signal that is aborted already keeps it from starting", async () => {
  const signal = AbortSignal.abort("before");
  const outcome = await importUpstream({ source, target, signal })();
  assertEquals(outcome._tag === "Left" && outcome.left._tag, "Aborted");
});
