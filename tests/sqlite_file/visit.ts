/** A visit to a file by another process, which says how it went. */

import { openStore, StoreException } from "../../mod.ts";
import { say } from "../process.ts";

/** Enqueues a rollout in a file: `enqueued`, or how the store refused. */
export const visit = async (path: string): Promise<string> => {
  try {
    const store = await openStore(`sqlite:${path}`);
    await store.enqueueRollout({ input: null });
    await store.close();
    return "enqueued";
  } catch (problem) {
    if (problem instanceof StoreException) return `${problem.error._tag}: ${problem.message}`;
    throw problem;
  }
};

if (import.meta.main) say(await visit(Deno.args[0] ?? ""));
