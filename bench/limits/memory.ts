/** Memory beside plain maps. */

import { openStore } from "../../mod.ts";
import { bareMap } from "../bare/map.ts";
import type { Contest } from "./contest.ts";
import { contestsOf } from "./stores.ts";

export const memoryContests: readonly Contest[] = contestsOf({
  name: "memory",
  open: async () => {
    const store = await openStore("memory:");
    return { store, bare: bareMap(), close: store.close };
  },
  rounds: { uncounted: 6, counted: 5 },
  operations: { 1: 10_000, 8: 10_000, 128: 10_000 },
  many: 10_000,
});
