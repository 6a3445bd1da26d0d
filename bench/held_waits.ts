/**
 * Measures what it costs to hold 1,000 connections: the memory of the server's process before and
 * with them, and how fast another client is served before and with them. Standard output has one
 * JSON object a line; standard error has the same as a table. It reads `/proc`, which Linux has.
 *
 * Words after the command keep to the kinds whose name has them: `deno task held claims`.
 */

import { type Bytes, connect } from "./load/connection.ts";
import { claims, type Served, starts, type WireJob } from "./load/jobs.ts";
import { secondsUnder } from "./load/load.ts";
import { posting } from "./load/request.ts";
import { servedStore } from "./load/service.ts";
import { ratesOf, type Rounds } from "./rounds.ts";
import { grouped, table } from "./table.ts";
import { wanted } from "./wanted.ts";

const HELD = 1_000;

/** How long each is held, in seconds; what is measured meanwhile takes less. */
const SECONDS = 25;

/** What the other client does in a round, by one connection. */
const OPERATIONS = 2_000;

/** A kind of held requests, and what another client does meanwhile. */
interface Kind {
  readonly requests: (served: Served) => Promise<readonly Bytes[]>;
  readonly beside: WireJob;
}

const KINDS: Readonly<Record<string, Kind>> = {
  "waits for rollouts": {
    requests: async ({ address, store }) => {
      const rollouts = await store.enqueueManyRollouts({ rollouts: times(() => ({ input: 1 })) });
      await store.dequeueManyRollouts({ limit: HELD });
      return rollouts.map(({ rollout_id }) =>
        posting(address, "/waits/rollouts", { rollout_ids: [rollout_id], timeout: SECONDS })
      );
    },
    beside: claims(1),
  },
  "claims that wait": {
    requests: ({ address }) =>
      Promise.resolve(times((i) =>
        posting(address, "/queues/rollouts/dequeue", {
          worker_id: `Held-${i}`,
          wait_seconds: SECONDS,
        })
      )),
    // They would claim whatever the other client puts into the queue.
    beside: starts,
  },
};

const times = <A>(make: (i: number) => A): readonly A[] =>
  Array.from({ length: HELD }, (_, i) => make(i));

const figureOf = async ({ requests, beside }: Kind) => {
  await using served = await servedStore("memory:");
  const rate = async (rounds: Rounds): Promise<number> => {
    const run = async () =>
      await secondsUnder(served.address, 1, await beside(served, OPERATIONS, 1));
    const [per_s = NaN] = await ratesOf([{ operations: OPERATIONS, run }], rounds);
    return Math.round(per_s);
  };
  const before_per_s = await rate({ uncounted: 5, counted: 5 });
  const load = await requests(served);
  const before_mib = await mebibytesOf(served.pid);
  using held = await holding(served.address, load);
  const with_mib = await mebibytesOf(served.pid);
  const with_per_s = await rate({ uncounted: 1, counted: 5 });
  if (held.ended() > 0) throw new Error(`${held.ended()} of ${HELD} were not held to the end`);
  return {
    before_mib,
    with_mib,
    more_mib: Number((with_mib - before_mib).toFixed(1)),
    before_per_s,
    with_per_s,
    ratio: Number((with_per_s / before_per_s).toFixed(2)),
  };
};

/** Sends each by a connection of its own, and lets the server come to rest. */
const holding = async (
  address: string,
  requests: readonly Bytes[],
): Promise<Disposable & { readonly ended: () => number }> => {
  using stack = new DisposableStack();
  let ended = 0;
  const end = () => void ended++;
  for (const request of requests) stack.use(await connect(address)).ask(request).then(end, end);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const kept = stack.move();
  return { ended: () => ended, [Symbol.dispose]: () => kept.dispose() };
};

/** The resident memory of a process. */
const mebibytesOf = async (pid: number): Promise<number> => {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const [, kibibytes] = /^VmRSS:\s*(\d+) kB$/m.exec(status) ?? [];
  return Number((Number(kibibytes) / 1024).toFixed(1));
};

const nameOf = (kind: string): string => `${HELD} ${kind}`;

const names = wanted(Object.keys(KINDS).map(nameOf));

const rows = [["held", "MiB before", "MiB with", "MiB more", "others/s", "with", "ratio"]];
for (const [kind, how] of Object.entries(KINDS)) {
  const name = nameOf(kind);
  if (!names.has(name)) continue;
  const figure = await figureOf(how);
  console.log(JSON.stringify({ name, ...figure }));
  rows.push([
    name,
    String(figure.before_mib),
    String(figure.with_mib),
    String(figure.more_mib),
    grouped(figure.before_per_s),
    grouped(figure.with_per_s),
    figure.ratio.toFixed(2),
  ]);
}
console.error(table(rows));
