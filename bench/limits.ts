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
import { noServer } from "../tests/mongo_server/engine.ts";
import { startMongoServer } from "../tests/mongo_server/server.ts";
import { bareMap } from "./bare/map.ts";
import { bareMongo } from "./bare/mongo.ts";
import { bareSqlite } from "./bare/sqlite.ts";
import { ours } from "./ours.ts";
import { type Job, JOBS, type Subject } from "./subject.ts";

interface Rivals {
  readonly store: PromiseStore;
  readonly bare: Subject;
  /** Lets go of both. */
  readonly close: () => Promise<void>;
}

/** How often a job is done in one round, and by how many callers. */
interface Size {
  readonly operations: number;
  readonly callers: number;
}

interface Rivalry {
  readonly backend: string;
  readonly open: (path: string) => Promise<Rivals>;
  /** Rounds of each subject: the first ones, in which the compiler still works, do not count. */
  readonly rounds: { readonly uncounted: number; readonly counted: number };
  readonly sizes: (job: Job) => readonly Size[];
}

/** An enqueue of many is one call of one caller. */
const sizesOf = (each: Readonly<Record<number, number>>, many: number) => (job: Job) =>
  job === "enqueue-many"
    ? [{ operations: many, callers: 1 }]
    : Object.entries(each).map(([callers, operations]) => ({
      operations,
      callers: Number(callers),
    }));

const sqliteRivalry = (
  durability: "normal" | "full",
  each: Readonly<Record<number, number>>,
): Rivalry => ({
  backend: `sqlite-${durability}`,
  open: async (path) => {
    const store = await openStore(`sqlite:${path}`, { sqlite: { durability } });
    return { store, bare: bareSqlite(`${path}.bare`, durability), close: store.close };
  },
  rounds: { uncounted: 1, counted: 5 },
  sizes: sizesOf(each, 1_000),
});

/** On a server of its own, as the tests find or start one. */
const mongoRivalry: Rivalry = {
  backend: "mongo",
  open: async () => {
    const server = await startMongoServer("replica set");
    const store = await openStore(`${server.uri}ours`, { mongo: { partition: "limits" } });
    const bare = await bareMongo(`${server.uri}bare`);
    return {
      store,
      bare,
      close: async () => {
        await store.close();
        await bare.close();
        await server.stop();
      },
    };
  },
  rounds: { uncounted: 1, counted: 3 },
  sizes: sizesOf({ 1: 64, 64: 64 }, 1_000),
};

const RIVALRIES: readonly Rivalry[] = [
  {
    backend: "memory",
    open: async () => {
      const store = await openStore("memory:");
      return { store, bare: bareMap(), close: store.close };
    },
    rounds: { uncounted: 6, counted: 5 },
    sizes: sizesOf({ 1: 10_000, 8: 10_000, 128: 10_000 }, 10_000),
  },
  sqliteRivalry("normal", { 1: 600, 8: 1_600, 128: 3_840 }),
  sqliteRivalry("full", { 1: 200, 8: 800, 128: 3_840 }),
  ...await noServer() === null ? [mongoRivalry] : [],
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
  { operations, callers }: Size,
  { uncounted, counted }: Rivalry["rounds"],
  store: Subject,
  bare: Subject,
): Promise<Figure> => {
  const rates = { store: [] as number[], bare: [] as number[] };
  for (let round = 0; round < uncounted + counted; round++) {
    const oursSeconds = await store[job](operations, callers);
    const bareSeconds = await bare[job](operations, callers);
    if (round < uncounted) continue;
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
  for (const { backend, open, rounds, sizes } of RIVALRIES) {
    for (const job of JOBS) {
      const wanted = sizes(job)
        .map((size) => ({ size, name: `${backend} ${job} x${size.callers}` }))
        .filter(({ name }) => Deno.args.every((word) => name.includes(word)));
      if (wanted.length === 0) continue;
      const { store, bare, close } = await open(`${directory}/${backend}-${job}.db`);
      for (const { size, name } of wanted) {
        const figure = await figureOf(name, job, size, rounds, ours(store), bare);
        console.log(JSON.stringify(figure));
        figures.push(figure);
      }
      await close();
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
