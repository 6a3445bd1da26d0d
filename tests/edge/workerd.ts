/** Cloudflare's runtime, with a Worker in it. */

import { firstLine, start } from "../process.ts";

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

/** Runs a Worker; what it says is shown. */
export const runWorker = async (worker: Worker): Promise<RunningWorker> => {
  const process = start({ script: new URL("workerd/main.ts", import.meta.url) });
  // A process that does not listen tells why.
  await process.tell(JSON.stringify(worker)).catch(() => {});
  const address = await firstLine(process);
  const shown = show(process.complaints);
  return {
    address,
    [Symbol.asyncDispose]: async () => {
      await process.leave();
      const { success, problems } = await process.end();
      await shown;
      if (!success) throw new Error(problems);
    },
  };
};

const show = async (lines: AsyncIterable<string>): Promise<void> => {
  for await (const line of lines) console.error(line);
};
