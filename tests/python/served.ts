/** Servers in front of stores, for Python to speak to. */

import { httpApp, openLightningStore } from "../../mod.ts";
import { temporaryFolder } from "../temporary_folder.ts";

/** A server that runs until it is disposed of. */
interface Served extends AsyncDisposable {
  /** Its URL, with its token if it has one. */
  readonly url: string;
}

/** Serves a new store, whose watchdog scans before each operation that may. */
const served = async (storeUrl = "memory:", token?: string): Promise<Served> => {
  const opened = await openLightningStore(storeUrl, { numbers: "exact", scanDebounceSeconds: 0 })();
  if (opened._tag === "Left") throw new Error(opened.left.message);
  const store = opened.right;
  const app = httpApp(store, token === undefined ? {} : { token });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app);
  const user = token === undefined ? "" : `agl:${token}@`;
  return {
    url: `http://${user}127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: async () => {
      await server.shutdown();
      await store.close()();
    },
  };
};

/** A server for each kind of store, and one that asks for a token. */
export const servers = async (): Promise<
  AsyncDisposable & { readonly urls: readonly string[] }
> => {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await temporaryFolder());
  const urls = [];
  for (const [store, token] of [["memory:"], [`sqlite:${path}/store.db`], ["memory:", "s3cret"]]) {
    urls.push(stack.use(await served(store, token)).url);
  }
  const kept = stack.move();
  return { urls, [Symbol.asyncDispose]: () => kept.disposeAsync() };
};
