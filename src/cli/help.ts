/** What `--help` shows. */

import { type Flag, FLAGS } from "./flags.ts";

/**
 * What starts the service, in a clone and by URL. Without the flag, which `deno.json` sets in a clone,
 * Deno writes a paragraph of its own between the lines of the log.
 */
const COMMAND = "deno run -A --unstable-no-legacy-abort main.ts";

/** How the command is used. */
export const help = (): string =>
  `\
Serves a LightningStore over HTTP: the wire of agent-lightning 0.3.

Usage: ${COMMAND} [serve] [flags]

${Object.entries<Flag<unknown>>(FLAGS).flatMap(linesOf).join("\n")}

Examples:

  ${COMMAND}
    a store in ./lightning.db, for this machine

  ${COMMAND} --store sqlite:/data/store.db \\
      --host 0.0.0.0 --token-file token.txt
    for other machines, which must bring the token

  LIGHTNING_STORE='mongodb://user:password@a,b,c/?replicaSet=rs0' \\
      ${COMMAND}
    one of several servers on one MongoDB, with nothing secret on the command line

SIGTERM and Ctrl+C finish what runs, and another one, a second later, ends it at once. Exit codes:
0 after a stop, 1 when something stands in the way, 2 when it cannot be asked for so.`;

const WIDTH = 32;

const linesOf = ([name, flag]: [string, Flag<unknown>]): readonly string[] => {
  const { placeholder, several, env, fallback } = flag;
  const value = placeholder === null ? "" : ` ${placeholder}${several ? "..." : ""}`;
  const notes = [
    ...env === undefined ? [] : [`or ${env}`],
    ...fallback === undefined ? [] : [`default: ${fallback}`],
  ];
  const lines = [...flag.help, ...notes.length > 0 ? [`(${notes.join("; ")})`] : []];
  return lines.map((line, i) => `${(i === 0 ? `  --${name}${value}` : "").padEnd(WIDTH)} ${line}`);
};
