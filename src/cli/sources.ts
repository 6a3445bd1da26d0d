/** Where the value of a flag comes from. */

import type { Given } from "./arguments.ts";
import { type Flag, type FlagName, FLAGS } from "./flags.ts";

/** A variable of the environment; an empty one is none. */
export type Environment = (name: string) => string | undefined;

/** What counts for a flag, and what to call it in messages. */
interface Source {
  readonly name: string;
  readonly texts: readonly string[];
}

/** The command line, else the flag's variable of the environment. */
export const sourceOf = (name: FlagName, given: Given, env: Environment): Source => {
  const flag: Flag<unknown> = FLAGS[name];
  const typed = given.get(name) ?? [];
  const inherited = flag.env === undefined ? "" : env(flag.env) ?? "";
  return typed.length > 0 || flag.env === undefined || inherited === ""
    ? { name: `--${name}`, texts: typed }
    : { name: flag.env, texts: [inherited] };
};
