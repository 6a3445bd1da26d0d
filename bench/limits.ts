/**
 * Measures each hot path beside the bare engine that does the least for the same job, in one run.
 * Standard output has one JSON object a line; standard error has the same as a table.
 *
 * The two take turns, and each figure is the median of its rounds, so that a machine whose speed
 * drifts or that does other work too still gives a fair ratio.
 *
 * Words after the command keep to the jobs whose name has them: `deno task limits memory claim`.
 */

import { openStore, type PromiseStore } from "../mod.ts";
import { bareMap } from "./bare/map.ts";
import { bareSqlite } from "./bare/sqlite.ts";
import { ours } from "./ours.ts";
import { type Job, JOBS, type Subject } from "./subject.ts";

const CALLERS = [1, 8, 128] as const;

interface Rival {
  readonly backend: string;
  readonly open: (
    path: string,
  ) => Promise<{ readonly store: PromiseStore; readonly bare: Subject }>;
  /** Rounds of each subject: the first ones, in which the compiler still works, do not count. */
  readonly rounds: { readonly uncounted: number; readonly counted: number };
  /** Operations of one round, by callers. */
  readonly operations: Readonly<Record<(typeof CALLERS)[number], number>>;
}

const sqliteRival = (
  durability: "normal" | "full",
  operations: Rival["operations"],
): Rival => ({
  backend: `sqlite-${durability}`,
  open: async (path) => ({
    store: await openStore(`sqlite:${path}`, { sqlite: { durability } }),
    bare: bareSqlite(`${path}.bare`, durability),
  }),
  rounds: { uncounted: 1, counted: 5 },
  operations,
});

const RIVALS: readonly Rival[] = [
  {
    backend: "memory",
    open: async () => ({ store: await openStore("memory:"), bare: bareMap() }),
    rounds: { uncounted: 6, counted: 5 },
    operations: { 1: 10_000, 8: 10_000, 128: 10_000 },
  },
  sqliteRival("normal", { 1: 600, 8: 1_600, 128: 3_840 }),
  sqliteRival("full", { 1: 200, 8: 800, 128: 3_840 }),
];

interface Figure {
  readonly name: string;
  readonly ours_per_s: number;
  readonly bound_per_s: number;
  readonly ratio: number;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const figureOf = async (
  name: string,
  job: Job,
  callers: (typeof CALLERS)[number],
  { rounds, operations: { [callers]: operations } }: Rival,
  store: Subject,
  bare: Subject,
): Promise<Figure> => {
  const rates = { store: [] as number[], bare: [] as number[] };
  for (let round = 0; round < rounds.uncounted + rounds.counted; round++) {
    const oursSeconds = await store[job](operations, callers);
    const bareSeconds = await bare[job](operations, callers);
    if (round < rounds.uncounted) continue;
    rates.store.push(operations / oursSeconds);
    rates.bare.push(operations / bareSeconds);
  }
  const [ours_per_s, bound_per_s] = [median(rates.store), median(rates.bare)];
  return {
    name,
    ours_per_s: Math.round(ours_per_s),
    bound_per_s: Math.round(bound_per_s),
    ratio: Number((ours_per_s / bound_per_s).toFixed(3)),
  };
};

const directory = await Deno.makeTempDir();
const figures: Figure[] = [];
try {
  for (const rival of RIVALS) {
    const { backend, open } = rival;
    for (const job of JOBS) {
      const { store, bare } = await open(`${directory}/${backend}-${job}.db`);
      for (const callers of CALLERS) {
        const name = `${backend} ${job} x${callers}`;
        if (!Deno.args.every((word) => name.includes(word))) continue;
        const figure = await figureOf(name, job, callers, rival, ours(store), bare);
        console.log(JSON.stringify(figure));
        figures.push(figure);
      }
      await store.close();
    }
  }
} finally {
  await Deno.remove(directory, { recursive: true });
}

const row = (name: string, ...columns: readonly string[]) =>
  `${name.padEnd(36)}${columns.map((column) => column.padStart(12)).join("")}`;
console.error(row("job", "ours/s", "bare/s", "ratio"));
figures.forEach(({ name, ours_per_s, bound_per_s, ratio }) =>
  console.error(
    row(name, ours_per_s.toLocaleString("en"), bound_per_s.toLocaleString("en"), ratio.toFixed(2)),
  )
);
