/** Which MongoDB-compatible server there is for tests. */

import { secantusPython } from "./secantus.ts";

/** What runs, or is given, as the server. */
export type Engine =
  | { readonly kind: "given"; readonly uri: string }
  | { readonly kind: "mongod" }
  | { readonly kind: "SecantusDB"; readonly python: string };

const find = async (): Promise<Engine | { readonly kind: "none"; readonly reason: string }> => {
  const uri = Deno.env.get("LIGHTNING_MONGO_URI");
  if (uri !== undefined && uri !== "") return { kind: "given", uri };
  if (await mongodRuns()) return { kind: "mongod" };
  try {
    return { kind: "SecantusDB", python: await secantusPython() };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { kind: "none", reason: `${WHAT_WOULD_DO}\nThe last of these was tried: ${problem}` };
  }
};

const WHAT_WOULD_DO = `\
There is no MongoDB server for the tests. Any of these gives one:
  - LIGHTNING_MONGO_URI, with the address of a server;
  - mongod on the PATH;
  - python3 with its venv module (Debian: python3-venv), and PyPI in reach: then the tests install
    SecantusDB by themselves.`;

const mongodRuns = async (): Promise<boolean> => {
  const command = new Deno.Command("mongod", {
    args: ["--version"],
    stdout: "null",
    stderr: "null",
  });
  try {
    return (await command.output()).success;
  } catch {
    return false;
  }
};

let found: ReturnType<typeof find> | undefined;

/** Why there is no server here, and what would give one; null where there is one. */
export const noServer = async (): Promise<string | null> => {
  const engine = await (found ??= find());
  return engine.kind === "none" ? engine.reason : null;
};

/** The server that there is; throws where there is none. */
export const theEngine = async (): Promise<Engine> => {
  const engine = await (found ??= find());
  if (engine.kind === "none") throw new Error(engine.reason);
  return engine;
};
