/**
 * Cloudflare's runtime, in a process that has Miniflare to itself. It runs the Worker that the first
 * line of its standard input describes, says where that answers, and ends with that input.
 */

import { Miniflare } from "miniflare";
import process from "node:process";
import type { Readable } from "node:stream";
import wrangler from "../../../examples/cloudflare/wrangler.json" with { type: "json" };
import { linesOf, say } from "../../process.ts";
import type { Worker } from "../workerd.ts";

/** A Worker without any flag: there is nothing of Node in it. */
const runtimeOf = ({ script, objects = {}, bindings = {}, folder }: Worker): Miniflare =>
  new Miniflare({
    // What it would fetch of the network otherwise.
    cf: false,
    modules: [{ type: "ESModule", path: "worker.js", contents: script }],
    compatibilityDate: wrangler.compatibility_date,
    compatibilityFlags: [],
    bindings: { ...bindings },
    durableObjects: Object.fromEntries(
      Object.entries(objects).map((
        [binding, className],
      ) => [binding, { className, useSQLite: true }]),
    ),
    ...folder === undefined ? {} : { durableObjectsPersist: folder },
    // The standard output has the address alone.
    handleRuntimeStdio: (...outputs: Readable[]) =>
      outputs.forEach((output) => output.pipe(process.stderr)),
  });

/** Runs a Worker as long as the input lasts. */
const run = async (worker: Worker, input: AsyncIterator<string, void>): Promise<void> => {
  const runtime = runtimeOf(worker);
  say((await runtime.ready).origin);
  await input.next();
  await runtime.dispose();
};

const input = linesOf(Deno.stdin.readable);
const { value } = await input.next();
if (value !== undefined) {
  await run(JSON.parse(value), input).catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    // Deno's own exit would leave behind what Miniflare has started.
    process.exit(1);
  });
}
