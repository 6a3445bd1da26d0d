/** The command line, from its arguments to its exit code. */

import { E } from "../deps/fp.ts";
import { help } from "./help.ts";
import { readOptions } from "./options.ts";
import { serve } from "./serve.ts";
import type { Environment } from "./sources.ts";

/** Does what the command line says, and answers with the exit code. */
export const run = async (args: readonly string[], env: Environment): Promise<number> => {
  const command = readOptions(args, env);
  if (E.isLeft(command)) {
    console.error([...command.left, "Try --help."].join("\n"));
    return 2;
  }
  if (command.right._tag === "help") {
    console.log(help());
    return 0;
  }
  const outcome = await serve(command.right);
  if (E.isRight(outcome)) return outcome.right;
  console.error(outcome.left.message);
  return outcome.left.code;
};
