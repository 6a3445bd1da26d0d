/** A client of which a test sees what it sends. */

import { connectStore, type LightningStore } from "../../mod.ts";

/** What stands for a network. */
export type Fetch = (request: Request) => Promise<Response>;

/** A client, and the requests that it has made: each one's method and path. */
export const client = (
  fetch: Fetch,
): { readonly store: LightningStore; readonly sent: string[] } => {
  const sent: string[] = [];
  const connected = connectStore("http://localhost", {
    fetch: (request) => {
      sent.push(`${request.method} ${new URL(request.url).pathname.replace("/v1/agl", "")}`);
      return fetch(request);
    },
  });
  if (connected._tag === "Left") throw new Error(connected.left.message);
  return { store: connected.right, sent };
};
