/** Cloudflare's runtime, with a Worker in it. */

import wrangler from "../../examples/cloudflare/wrangler.json" with { type: "json" };

/** A Worker. */
export interface Worker {
  /** One module, without imports. */
  readonly script: string;
  /** The classes of its Durable Objects, by the name of their binding. */
  readonly objects?: Readonly<Record<string, string>>;
  /** Its variables. */
  readonly bindings?: Readonly<Record<string, string>>;
  /** The folder where its objects are kept. Default: they go with the runtime. */
  readonly folder?: string;
}

/** A Worker that answers at an address until it is disposed of. */
export type RunningWorker = AsyncDisposable & { readonly address: string };

/** Runs a Worker without any flag: there is nothing of Node in it. */
export const runWorker = async (
  { script, objects = {}, bindings = {}, folder }: Worker,
): Promise<RunningWorker> => {
  // Loaded by those who need it, so that a machine without it can say so.
  const { Miniflare } = await import("miniflare");
  const runtime = new Miniflare({
    // What it would fetch of the network otherwise.
    cf: false,
    modules: [{ type: "ESModule", path: "worker.js", contents: script }],
    compatibilityDate: wrangler.compatibility_date,
    compatibilityFlags: [],
    bindings: { ...bindings },
    durableObjects: Object.fromEntries(
      Object.entries(objects).map((
        [binding, className],
      ) => [binding, { className, useSQLite: true }]),
    ),
    ...folder === undefined ? {} : { durableObjectsPersist: folder },
  });
  const { origin } = await runtime.ready;
  return { address: origin, [Symbol.asyncDispose]: () => runtime.dispose() };
};
