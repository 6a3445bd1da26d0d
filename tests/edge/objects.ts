/** Durable Objects, as a test speaks to them. It runs where they are: in workerd. */

import type { LightningStore } from "../../mod.ts";
import { connectStore } from "../../mod.ts";
import type { MakeOptions } from "../../src/testing/mod.ts";
import { sending } from "../contract/along.ts";
import { HEADERS, type Scans } from "./object_under_test.ts";

/** The part of Cloudflare's `DurableObjectNamespace` that tests use. */
export interface Namespace {
  getByName(name: string): { fetch(request: Request): Promise<Response> };
}

/** An object. */
export interface TestObject {
  /** Its store, in the words of the wire. */
  readonly store: LightningStore;
  /** Ends it, or strands a rollout in it. */
  readonly order: (what: "end" | "strand", body?: unknown) => Promise<void>;
}

const ADDRESS = "http://object";

/** The object of a name. Each request goes through `passing`, whatever asks for it. */
export const testObject = (
  objects: Namespace,
  name: string,
  { scans, ...ends }: Pick<MakeOptions, "clock" | "log"> & { readonly scans: Scans },
  passing: (send: () => Promise<Response>) => Promise<Response> = (send) => send(),
): TestObject => {
  const send = (request: Request) => objects.getByName(name).fetch(request);
  const connection = connectStore(ADDRESS, {
    fetch: sending(ends, (request) => passing(() => send(request))),
    headers: { [HEADERS.scans]: JSON.stringify(scans) },
  });
  if (connection._tag === "Left") throw new Error(connection.left.message);
  return {
    store: connection.right,
    order: async (what, body) => {
      const headers = { [HEADERS.order]: what };
      await send(new Request(ADDRESS, { method: "POST", headers, body: JSON.stringify(body) }));
    },
  };
};
