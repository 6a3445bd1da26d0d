/** Tests that need Cloudflare's runtime. */

import { needing, type Register } from "../needs.ts";
import { bundle } from "./bundle.ts";
import { runWorker } from "./workerd.ts";

const WHAT_WOULD_DO = `\
There is no workerd for the tests. It comes with Miniflare from the npm registry, for Linux, macOS
and Windows; so does the bundler of Deno.`;

const problem = async (): Promise<string | null> => {
  try {
    const script = await bundle(new URL("nothing.ts", import.meta.url));
    await using worker = await runWorker({ script });
    await fetch(worker.address).then((answer) => answer.body?.cancel());
    return null;
  } catch (error) {
    return `${WHAT_WOULD_DO}\nIt was tried: ${error instanceof Error ? error.message : error}`;
  }
};

/** Registers a test that needs it. */
export const workerdTest: Register = await needing({
  tests: "THE EDGE",
  known: "LIGHTNING_NO_WORKERD",
  missing: problem,
});
