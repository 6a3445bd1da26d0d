/** What a person sees who starts the service: where it is, and how to use it. */

/** What is served, and where. */
export interface Served {
  /** The store's URL, without what is secret in it. */
  readonly store: string;
  /** The server's URL, as seen from its machine. */
  readonly address: string;
  readonly hasToken: boolean;
}

/** How to use the server from Python, TypeScript and a shell. */
export const banner = ({ store, address, hasToken }: Served): string => {
  const withToken = address.replace("//", "//any:TOKEN@");
  const url = hasToken ? withToken : address;
  const header = hasToken ? ` -H 'authorization: Bearer TOKEN'` : "";
  return `\
Serving ${store} at ${address}

Python:
  from agentlightning import LightningStoreClient
  store = LightningStoreClient("${url}")

TypeScript:
  import { openStore } from "${new URL("../../mod.ts", import.meta.url)}";
  const store = await openStore("${url}");

curl:
  curl${header} ${address}/v1/agl/statistics
  curl${header} ${address}/v1/agl/queues/rollouts/enqueue \\
    -H 'content-type: application/json' -d '{"rollouts": [{"input": "2 + 2"}]}'

Ctrl+C stops it.
`;
};
