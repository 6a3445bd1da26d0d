/** SQLite files beside prepared statements on another one. */

import { openStore } from "../../mod.ts";
import { bareSqlite } from "../bare/sqlite.ts";
import type { Contest } from "./contest.ts";
import { contestsOf } from "./stores.ts";

const contestsWith = (
  durability: "normal" | "full",
  operations: Readonly<Record<number, number>>,
): readonly Contest[] =>
  contestsOf({
    name: `sqlite-${durability}`,
    open: async (path) => {
      const store = await openStore(`sqlite:${path}`, { sqlite: { durability } });
      return { store, bare: bareSqlite(`${path}.bare`, durability), close: store.close };
    },
    rounds: { uncounted: 1, counted: 5 },
    operations,
    many: 1_000,
  });

export const sqliteContests: readonly Contest[] = [
  ...contestsWith("normal", { 1: 600, 8: 1_600, 128: 3_840 }),
  ...contestsWith("full", { 1: 200, 8: 800, 128: 3_840 }),
];
