/**
 * Measures what each layer of the service costs a claim over HTTP: beside a bare server, servers that
 * have one layer more than the one before. All take turns in one run. Standard output has one JSON
 * object a line; standard error has the same as a table.
 *
 * A number after the command is how many connections ask at once; 32 if it is left out.
 */

import { openStore } from "../mod.ts";
import { claimLoad } from "./load/jobs.ts";
import { kept } from "./load/load.ts";
import { server } from "./load/server.ts";
import { queueUp } from "./prepared.ts";
import { ratesOf } from "./rounds.ts";
import { grouped, table } from "./table.ts";

/** The servers by what they do, each with all that the one before it does. */
const SERVERS = [
  { name: "a bare server", script: "bare/http.ts", args: [] },
  { name: "the claim", script: "layers/server.ts", args: ["store"] },
  { name: "heads of answers", script: "layers/server.ts", args: ["answers"] },
  { name: "heads of requests", script: "layers/server.ts", args: ["heads"] },
  { name: "bodies within limits", script: "layers/server.ts", args: ["bodies"] },
  { name: "guard, routes, limits, keys", script: "layers/server.ts", args: ["service"] },
  { name: "the log of requests", script: "layers/server.ts", args: ["log"] },
  { name: "metrics", script: "layers/server.ts", args: ["metrics"] },
];

/** Claims in one turn: a machine that is slow for a moment is so for the turns of all. */
const OPERATIONS = 1_280;

const ROUNDS = { uncounted: 25, counted: 75 };

const connections = Number(Deno.args[0] ?? 32);
if (!(Number.isInteger(connections) && connections > 0)) {
  console.error(`connections: expected an integer of at least 1, got ${Deno.args[0]}`);
  Deno.exit(2);
}

const rivals = await Promise.all(SERVERS.map(async ({ script, args }) => {
  const { address, stop } = await server(new URL(script, import.meta.url), args);
  const load = claimLoad(address, 1, OPERATIONS, connections);
  if (args.length > 0) {
    await queueUp(await openStore(address), (ROUNDS.uncounted + ROUNDS.counted) * OPERATIONS);
  }
  const open = await kept(address, connections, load);
  return {
    operations: OPERATIONS,
    run: () => open.secondsOf(load.requests),
    stop: async () => {
      open[Symbol.dispose]();
      await stop();
    },
  };
}));

const rates = await ratesOf(rivals, ROUNDS);
await Promise.all(rivals.map(({ stop }) => stop()));

const figures = SERVERS.map(({ name }, i) => {
  const [per_s = NaN, bare = NaN] = [rates[i], rates[0]];
  return { name, per_s: Math.round(per_s), ratio: Number((per_s / bare).toFixed(3)) };
});
for (const figure of figures) console.log(JSON.stringify({ connections, ...figure }));
console.error(table([
  [`claims by x${connections}, with`, "claims/s", "us a claim", "ratio"],
  ...figures.map(({ name, per_s, ratio }) => [
    name,
    grouped(per_s),
    (1e6 / per_s).toFixed(1),
    ratio.toFixed(2),
  ]),
]));
