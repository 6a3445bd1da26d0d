/** A store at the edge: what Deno Deploy runs, and `deno serve` too. */

import { httpApp, openLightningStore } from "../../mod.ts";

/** Whoever asks must bring it; until there is one, nobody is answered. */
const token = Deno.env.get("LIGHTNING_TOKEN");

const opened = await openLightningStore(
  Deno.env.get("LIGHTNING_STORE") ?? "memory:",
  {
    // The wire tells 1 from 1.0.
    numbers: "exact",
    // One store for all instances.
    mongo: { partition: "default" },
  },
)();
if (opened._tag === "Left") throw new Error(opened.left.message);

export default { fetch: httpApp(opened.right, { token }) };
