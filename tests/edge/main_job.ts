/** The main job, done by a process of its own with a store that is served. */

import { assertEquals } from "@std/assert";
import { output } from "../process.ts";

/** Does it with the store at an address that asks for a token. */
export const mainJob = async (address: string, token: string): Promise<void> => {
  const url = new URL(address);
  url.username = "any";
  url.password = token;
  const script = new URL("../url_import/job.ts", import.meta.url);
  const lines = await output({ script, flags: ["--allow-net"], args: [url.href] });
  assertEquals(lines.map((line) => JSON.parse(line)), [
    { claims: 20, succeeded: 20, tuned: 20, total_spans: 20, total_workers: 4 },
  ]);
};

/** What whoever brings no token is told. */
export const statusWithoutToken = async (address: string): Promise<number> => {
  const answer = await fetch(`${address}/v1/agl/statistics`);
  await answer.body?.cancel();
  return answer.status;
};
