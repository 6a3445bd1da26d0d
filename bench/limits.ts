/**
 * Measures each hot path beside what does the least for the same job, in one run: a store beside its
 * bare engine, the service beside a bare server. Standard output has one JSON object a line; standard
 * error has the same as a table.
 *
 * Words after the command keep to the jobs whose name has them: `deno task limits memory claim`.
 */

import { type Figure, figureOf, type Size } from "./limits/contest.ts";
import { httpContests } from "./limits/http.ts";
import { memoryContests } from "./limits/memory.ts";
import { mongoContests } from "./limits/mongo.ts";
import { otlpContests } from "./limits/otlp.ts";
import { sqliteContests } from "./limits/sqlite.ts";
import { grouped, table } from "./table.ts";
import { wanted } from "./wanted.ts";

const CONTESTS = [
  ...memoryContests,
  ...sqliteContests,
  ...await mongoContests(),
  ...httpContests,
  ...otlpContests,
];

const titleOf = (name: string, { callers }: Size): string => `${name} x${callers}`;

const titles = wanted(
  CONTESTS.flatMap(({ name, sizes }) => sizes.map((size) => titleOf(name, size))),
);

const directory = await Deno.makeTempDir();
const figures: Figure[] = [];
try {
  for (const { name, sizes, rounds, open } of CONTESTS) {
    const measured = sizes
      .map((size) => ({ size, title: titleOf(name, size) }))
      .filter(({ title }) => titles.has(title));
    if (measured.length === 0) continue;
    const rivals = await open(`${directory}/${name.replaceAll(" ", "-")}.db`);
    for (const { size, title } of measured) {
      const figure = await figureOf(title, size, rounds, rivals);
      console.log(JSON.stringify(figure));
      figures.push(figure);
    }
    await rivals.close();
  }
} finally {
  await Deno.remove(directory, { recursive: true });
}

console.error(table([
  ["job", "ours/s", "bare/s", "ratio"],
  ...figures.map(({ name, ours_per_s, bound_per_s, ratio }) => [
    name,
    grouped(ours_per_s),
    grouped(bound_per_s),
    ratio.toFixed(2),
  ]),
]));
