/** A store that a test serves itself, so that it knows when a request is at work, and until when. */

import { createStore, httpApp, memory } from "../../mod.ts";

/** A served store whose answers to one path wait. */
export interface Gate extends AsyncDisposable {
  /** What a service opens as its store. */
  readonly url: string;
  /** Resolves once a request to the path has come. */
  readonly reached: Promise<void>;
  /** Lets what has come and what will come go on. */
  readonly open: () => void;
}

/** Serves one that holds requests to a path of the API. */
export const gateAt = (path: string): Gate => {
  const app = httpApp(createStore(memory()));
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      if (new URL(request.url).pathname === `/v1/agl${path}`) {
        reached.resolve();
        await opened.promise;
      }
      return await app(request);
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    reached: reached.promise,
    open: () => opened.resolve(),
    [Symbol.asyncDispose]: async () => {
      opened.resolve();
      await server.shutdown();
    },
  };
};
