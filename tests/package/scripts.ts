/** Scripts of this repository, as the users of the package write them. */

import { assertEquals } from "@std/assert";

/** The script of the main job. */
export const MAIN_JOB = new URL("../url_import/job.ts", import.meta.url);

/** The source of a script; `args` is an expression for its arguments. */
export const forUsers = async (script: URL, args: string): Promise<string> =>
  (await Deno.readTextFile(script))
    .replace("../../mod.ts", "@lightning/store")
    .replace("../../src/testing/mod.ts", "@lightning/store/testing")
    .replace("Deno.args", args);

/** Checks what the main job says. */
export const assertDone = (said: string): void =>
  assertEquals(JSON.parse(said), {
    claims: 20,
    succeeded: 20,
    tuned: 20,
    total_spans: 20,
    total_workers: 4,
  });
