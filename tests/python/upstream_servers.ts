/** Servers of agent-lightning 0.3 itself, for our client to speak to. */

import { connectStore, type LightningStore } from "../../mod.ts";
import type { MakeOptions, StoreMaker, StoreUnderTest } from "../../src/testing/mod.ts";
import { linesOf } from "../process.ts";
import { script } from "./script.ts";

/** A process that makes servers until it is disposed of. */
export interface UpstreamServers extends AsyncDisposable {
  /** Starts one before an empty store; answers with its URL. */
  readonly start: () => Promise<string>;
}

export const upstreamServers = async (): Promise<UpstreamServers> => {
  const command = await script("serve.py", [], { stdin: "piped", stdout: "piped" });
  const child = command.spawn();
  const requests = child.stdin.getWriter();
  const answers = linesOf(child.stdout);
  return {
    start: async () => {
      await requests.write(new TextEncoder().encode("\n"));
      const { value } = await answers.next();
      if (value === undefined) throw new Error("The Python server has gone");
      return value;
    },
    [Symbol.asyncDispose]: async () => {
      await requests.close();
      while (!(await answers.next()).done);
      await child.status;
    },
  };
};

/** A client of a server, at the clock of a test. */
const connected = (url: string, clock: MakeOptions["clock"]): LightningStore => {
  const store = connectStore(url, {
    fetch: (request) => {
      request.headers.set("x-asked-at", String(clock()));
      return fetch(request);
    },
  });
  if (store._tag === "Left") throw new Error(store.left.message);
  return store.right;
};

/** Stores on those servers, for the suite. */
export const upstreamMaker = (start: UpstreamServers["start"]): StoreMaker => {
  const at = (url: string, options: MakeOptions): StoreUnderTest => ({
    store: connected(url, options.clock),
    strand: () => Promise.reject(new Error("Nothing on the wire leaves a rollout half done")),
    beside: async (which) => at(which === "same" ? url : await start(), options),
    close: () => Promise.resolve(),
  });
  return {
    name: "python server",
    evicts: true,
    make: async (options) => at(await start(), options),
  };
};
