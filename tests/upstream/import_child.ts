/**
 * An import in a process of its own, which stops for good before one of its writes. Its arguments
 * are the addresses of source and target, the partition, the size of a batch, and the write.
 */

import { MongoClient } from "mongodb";
import { importUpstream } from "../../mod.ts";
import { say } from "../process.ts";

const [from = "", to = "", partition = "", batchSize, lastWrite] = Deno.args;

const client = new MongoClient(to, { monitorCommands: true });

let writes = 0;
client.on("commandStarted", ({ commandName }) => {
  if (commandName !== "insert" && commandName !== "update") return;
  writes++;
  if (writes < Number(lastWrite)) return;
  say("before a write");
  // Nothing comes: whoever started this process kills it.
  Deno.stdin.readSync(new Uint8Array(1));
});

const outcome = await importUpstream({
  source: { uri: from, partition },
  target: { client, partition },
  batchSize: Number(batchSize),
})();
await client.close();
say(outcome._tag === "Right" ? "done" : outcome.left.message);
