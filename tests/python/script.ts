/** Scripts of Python beside this file, run with the whole of agent-lightning. */

import { wholeUpstreamPython } from "../upstream/python.ts";

/** A command that runs a script, with nothing in reach but this machine. */
export const script = async (
  name: string,
  args: readonly string[],
  options: Deno.CommandOptions = {},
): Promise<Deno.Command> =>
  new Deno.Command(await wholeUpstreamPython(), {
    ...options,
    args: ["-B", new URL(name, import.meta.url).pathname, ...args],
    env: {
      AGL_MANAGED_STORE: "0",
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
      // Nobody is there.
      HTTP_PROXY: "http://127.0.0.1:9",
      HTTPS_PROXY: "http://127.0.0.1:9",
      NO_PROXY: "127.0.0.1,localhost",
    },
  });

/** Runs a script against each server; throws what it complains of. */
export const passes = async (name: string, urls: readonly string[]): Promise<void> => {
  const command = await script(name, urls);
  const { success, stdout, stderr } = await command.output();
  const [said, complaint] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success || said !== "passed\n".repeat(urls.length)) {
    throw new Error(`${name} fails after ${JSON.stringify(said)}:\n${complaint}`);
  }
};
