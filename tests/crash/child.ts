/** A process that writes to an SQLite file until it is killed, and says each acknowledged write. */

import { openStore } from "../../mod.ts";
import { say } from "../process.ts";
import { load } from "./load.ts";

const [path = "", durability = "", round = ""] = Deno.args;
const store = await openStore(`sqlite:${path}`, {
  sqlite: { durability: durability === "full" ? "full" : "normal" },
});
await load({
  connect: () => store,
  tell: (write) => say(JSON.stringify(write)),
  round: Number(round),
  isOver: () => false,
});
