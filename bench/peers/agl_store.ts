/** The Python server of agent-lightning 0.3 in a process of its own, with its store in memory. */

import { openStore } from "../../mod.ts";
import { script } from "../../tests/python/script.ts";
import type { Served } from "../load/jobs.ts";

/** Starts it, and waits until it serves; its log of requests is off, as ours is. */
export const aglStore = async (): Promise<Served & AsyncDisposable> => {
  const port = freePort();
  const command = await script(
    new URL("agl_store.py", import.meta.url).href,
    ["--host", "127.0.0.1", "--port", String(port), "--log-level", "WARNING"],
    { stdout: "null", stderr: "null" },
  );
  const child = command.spawn();
  const address = `http://127.0.0.1:${port}`;
  await answers(address, child.status);
  return {
    address,
    store: await openStore(address),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.status;
    },
  };
};

/** A port that nobody has now. */
const freePort = (): number => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
};

const answers = async (address: string, ended: Promise<unknown>): Promise<void> => {
  const gone = ended.then(() => Promise.reject(new Error("The Python server has ended")));
  const ask = async (): Promise<void> => {
    const answer = await fetch(`${address}/v1/agl/health`).catch(() => null);
    if (answer === null) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return await ask();
    }
    await answer.body?.cancel();
  };
  await Promise.race([ask(), gone]);
};
