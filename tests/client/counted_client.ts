/** A client of which a test sees what it sends. */

import { type ConnectOptions, connectStore, type LightningStore } from "../../mod.ts";

/** What stands for a network. */
export type Fetch = (request: Request) => Promise<Response>;

/** A client with what it has sent. */
export interface CountedClient {
  readonly store: LightningStore;
  /** The requests that it has made: each one's method and path. */
  readonly sent: string[];
  /** Their bodies, as text. */
  readonly bodies: string[];
}

/** A client of a server. */
export const client = (fetch: Fetch, options: ConnectOptions = {}): CountedClient => {
  const sent: string[] = [];
  const bodies: string[] = [];
  const connected = connectStore("http://localhost", {
    ...options,
    fetch: async (request) => {
      sent.push(`${request.method} ${new URL(request.url).pathname.replace("/v1/agl", "")}`);
      bodies.push(await request.clone().text());
      return await fetch(request);
    },
  });
  if (connected._tag === "Left") throw new Error(connected.left.message);
  return { store: connected.right, sent, bodies };
};
