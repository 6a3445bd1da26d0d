/** A store for the whole world: a Worker, and one Durable Object behind it that holds everything. */

import { durableObject, type DurableObjectState } from "../../src/durable_object/mod.ts";

interface Env {
  /** Whoever asks must bring it. */
  readonly LIGHTNING_TOKEN?: string;
  readonly STORE: Namespace;
}

/** The part of Cloudflare's `DurableObjectNamespace` that the Worker uses. */
interface Namespace {
  getByName(name: string): { fetch(request: Request): Promise<Response> };
}

/** The platform asks for a class. */
export class LightningStore {
  readonly fetch;
  readonly alarm;

  constructor(state: DurableObjectState, { LIGHTNING_TOKEN: token }: Env) {
    const { fetch, alarm } = durableObject(state, { http: { token } });
    this.fetch = fetch;
    this.alarm = alarm;
  }
}

export default {
  fetch: (request: Request, { STORE }: Env): Promise<Response> =>
    // A name for each store: this Worker has one.
    STORE.getByName("default").fetch(request),
};
