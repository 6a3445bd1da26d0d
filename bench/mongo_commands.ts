/**
 * Counts the commands that each operation sends to MongoDB, beside those that the Python store of
 * agent-lightning 0.3 sends to the same server. `PYTHON` names an interpreter that has what
 * `tests/upstream/requirements.txt` lists; without it, that column is empty. Standard output has one
 * JSON object a line; standard error has the same as a table.
 */

import { monitored } from "../tests/mongo/monitored.ts";
import { nameOf, PRICED_OPERATIONS } from "../tests/mongo/priced_operations.ts";
import { startMongoServer } from "../tests/mongo_server/server.ts";
import { wanted } from "./wanted.ts";

type Counts = Readonly<Record<string, { readonly total: number }>>;

/** What the Python store sends, by the name of the operation. */
const upstreamOn = async (uri: string): Promise<Counts> => {
  const python = Deno.env.get("PYTHON");
  if (python === undefined) return {};
  const { success, stdout, stderr } = await new Deno.Command(python, {
    args: ["-B", "tests/upstream/count_commands.py", uri, "upstream"],
    cwd: new URL("..", import.meta.url),
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout)).commands;
};

const names = wanted(PRICED_OPERATIONS.map(({ name }) => name));
await using server = await startMongoServer("replica set");
const upstream = await upstreamOn(server.uri);
for (const [i, { name, upstream: same = "", ready }] of PRICED_OPERATIONS.entries()) {
  if (!names.has(name)) continue;
  await using it = await monitored(`${server.uri}commands_${i}`);
  const operation = await ready(it);
  const commands = (await it.commandsOf(operation)).map(nameOf);
  const theirs = upstream[same]?.total ?? null;
  console.log(JSON.stringify({ name, ours: commands.length, commands, upstream: theirs }));
  console.error(
    `${name.padEnd(60)}${String(commands.length).padStart(4)}${String(theirs ?? "").padStart(6)}`,
  );
}
