/** What the command line says. */

import { parseArgs } from "node:util";

/** What the command line says, with its defaults. */
export interface Options {
  /** The store's URL. */
  readonly store: string;
  readonly fresh: boolean;
  readonly help: boolean;
}

/** What is wrong, for the person who typed it. */
export interface Problem {
  readonly problem: string;
}

export const HELP = `\
Picks the best of three prompts: eight runners try 240 tasks with each of them.

Usage: deno task demo [options]

  --store URL      where everything is kept, such as sqlite:./demo.db, memory: or the address of a
                   server, http://127.0.0.1:4747; it holds nothing else
                   (default: sqlite:./lightning-demo.db)
  --backend NAME   sqlite or memory: the short form of --store, with the default file
  --fresh          start over instead of carrying on with what the file holds
  --help           show this

Kill it at any moment and start it again: it carries on where it was.

In the table, retries are attempts after the first, and timeouts are attempts that the watchdog
ended: one of the runners dies on purpose, and so do those of a process that is killed.`;

const DEFAULT_STORES: ReadonlyMap<string, string> = new Map([
  ["sqlite", "sqlite:./lightning-demo.db"],
  ["memory", "memory:"],
]);

/** Reads the arguments, or says what is wrong with them. */
export const readOptions = (args: readonly string[]): Options | Problem => {
  try {
    const { store, backend, fresh, help } = parse(args);
    if (store !== undefined && backend !== undefined) {
      return { problem: "Give --store or --backend, not both" };
    }
    const url = store ?? DEFAULT_STORES.get(backend ?? "sqlite");
    if (url === undefined) {
      return { problem: `--backend must be sqlite or memory, not "${backend}"` };
    }
    return fresh && !/^(sqlite|memory):/.test(url)
      ? { problem: "--fresh removes a file; what a server holds is the server's to remove" }
      : { store: url, fresh, help };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
};

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: {
      store: { type: "string" },
      backend: { type: "string" },
      fresh: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  }).values;
