/** Servers for a client to meet, and what may stand between. */

import { createStore, httpApp, type LightningStore, memory } from "../../mod.ts";
import type { Fetch } from "./counted_client.ts";

/** One of our servers. */
export const ourServer = (
  store: LightningStore = createStore(memory(), { log: () => {} }),
): Fetch => httpApp(store);

/** A server that knows as much as those of agent-lightning: no keys, and no claims that wait. */
export const theirServer = (store?: LightningStore): Fetch => {
  const app = ourServer(store);
  return async (request) => {
    const { url, method, signal } = request;
    const headers = new Headers(request.headers);
    headers.delete("idempotency-key");
    const text = await request.text();
    const body = url.endsWith("/dequeue")
      ? JSON.stringify({ ...JSON.parse(text), wait_seconds: 0 })
      : text;
    const answer = await app(
      new Request(url, { method, signal, headers, ...body === "" ? {} : { body } }),
    );
    answer.headers.delete("x-agl-protocol");
    return answer;
  };
};

/** A server whose first request to a path meets something else; `null` lets it pass after all. */
export const meeting = (
  path: string,
  other: (request: Request) => Response | null | Promise<Response | null>,
  server: Fetch,
): Fetch => {
  let isMet = false;
  return async (request) => {
    if (isMet || !request.url.endsWith(path)) return await server(request);
    isMet = true;
    return await other(request) ?? await server(request);
  };
};

/** A connection that breaks before the first answer to a path comes through. */
export const losing = (
  path: string,
  server: Fetch,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Fetch =>
  meeting(path, async (request) => {
    await server(request);
    await meanwhile();
    throw new TypeError("connection reset");
  }, server);

/** A server that answers nothing to some paths, and lets go of a request that is given up. */
export const silent = (paths: RegExp, server: Fetch): Fetch => (request) =>
  paths.test(request.url)
    ? new Promise((_, reject) => {
      const { signal } = request;
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    })
    : server(request);
