/**
 * The store as a service: `deno run -A main.ts --help` tells how.
 *
 * @module
 */

import { run } from "./src/cli/run.ts";

if (import.meta.main) Deno.exit(await run(Deno.args, (name) => Deno.env.get(name)));
