/** The service in a process of its own, as `deno task start` runs it. */

import { assertEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { type Running, start, startDeno } from "../process.ts";

/** A service that runs. */
export interface Service extends AsyncDisposable, Pick<Running, "pid" | "kill" | "end"> {
  /** What it has said on its standard output until then. */
  readonly banner: string;
  readonly address: string;
  /** What it logs, from where the last reader left off. */
  readonly log: AsyncIterable<Logged>;
}

/** One line of the log. */
export interface Logged {
  readonly level: string;
  readonly message: string;
  readonly [detail: string]: unknown;
}

/** How it is started. */
export interface Settings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the service on a free port, and waits until it serves. */
export const serving = (args: readonly string[], settings: Settings = {}): Promise<Service> =>
  served(launch(["--port", "0", ...args], settings));

/** The same by `deno task start`, in a process group of its own, to which signals go. */
export const servingAsTask = (args: readonly string[]): Promise<Service> => {
  const running = startDeno(["task", "--quiet", "start", "--port", "0", ...args], {
    cwd: new URL("../..", import.meta.url),
    env: NOTHING,
    detached: true,
  });
  const kill = (signal: Deno.Signal = "SIGKILL") => Deno.kill(-running.pid, signal);
  return served({ ...running, kill });
};

/** Waits until it serves. */
const served = async (running: Running): Promise<Service> => {
  const said: string[] = [];
  for (;;) {
    const { value = null } = await running.lines.next();
    if (value === null) throw new Error((await running.end()).problems);
    said.push(value);
    const [, address] = /^Serving .* at (http:\S+)$/.exec(said[0] ?? "") ?? [];
    if (address === undefined || value !== "Ctrl+C stops it.") continue;
    return {
      banner: said.join("\n"),
      address,
      pid: running.pid,
      kill: running.kill,
      end: running.end,
      log: logged(running.complaints),
      [Symbol.asyncDispose]: async () => {
        try {
          running.kill();
        } catch {
          // It has ended.
        }
        await running.end();
      },
    };
  }
};

/** Starts a service that does not get as far as serving; answers with how it ended. */
export const failing = async (args: readonly string[], settings: Settings = {}) => {
  const running = launch(args, settings);
  const lines = await Array.fromAsync(running.lines);
  const { code, problems } = await running.end();
  assertEquals(lines, []);
  return { code, problems };
};

/** What a claim that is held for a moment is answered with. */
export const heldClaim = async (address: string): Promise<unknown> => {
  const answer = await fetch(`${address}/v1/agl/queues/rollouts/dequeue`, {
    method: "POST",
    body: '{"wait_seconds": 0.05}',
    headers: { "content-type": "application/json" },
  });
  return await answer.json();
};

/** Reads the log up to the first line that says so. */
export const until = async ({ log }: Service, message: string): Promise<Logged> => {
  for await (const line of log) if (line.message === message) return line;
  throw new Error(`The log ends without ${message}`);
};

/** What the environment of the tests may hold counts for none of their services. */
const NOTHING = { LIGHTNING_STORE: "", LIGHTNING_TOKEN: "", AGL_SCAN_DEBOUNCE_SECONDS: "" };

/** Starts it, however far it comes. */
export const launch = (
  args: readonly string[],
  { env, ...settings }: Settings = {},
): Running =>
  start({
    script: new URL("../../main.ts", import.meta.url),
    flags: config.tasks.start.split(" ").filter((word) => word.startsWith("--")),
    args: ["serve", ...args],
    env: { ...NOTHING, ...env },
    ...settings,
  });

/** Reading can be given up and taken up again. */
const logged = (lines: AsyncIterator<string, void>): AsyncIterable<Logged> => ({
  [Symbol.asyncIterator]: () => ({
    next: async () => {
      const { value } = await lines.next();
      return value === undefined
        ? { done: true, value: undefined }
        : { done: false, value: JSON.parse(value) };
    },
  }),
});
