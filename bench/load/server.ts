/** A server of a benchmark, in a process of its own. */

import { firstLine, start } from "../../tests/process.ts";

/** A server that runs. */
export interface Server {
  readonly address: string;
  readonly stop: () => Promise<void>;
}

/** Starts a script that says first where it serves. */
export const server = async (script: URL, args: readonly string[] = []): Promise<Server> => {
  const process = start({ script, args });
  return {
    address: await firstLine(process),
    stop: async () => {
      process.kill();
      await process.end();
    },
  };
};
