/**
 * Measures what it costs to hold 1,000 connections: the memory of the server's process before and
 * with them, and how fast another client is served before and with them; on memory and on an SQLite
 * file. Standard output has one JSON object a line; standard error has the same as a table. It reads
 * `/proc`, which Linux has.
 *
 * Words after the command keep to the kinds whose name has them: `deno task held sqlite claims`.
 */

import { type Bytes, connect } from "./load/connection.ts";
import { claims, type Served, starts, type WireJob } from "./load/jobs.ts";
import { secondsUnder } from "./load/load.ts";
import { posting } from "./load/request.ts";
import { servedStore } from "./load/service.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
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
  "waits for the same hundred": {
    requests: async ({ address, store }) => {
      const rollouts = await store.enqueueManyRollouts({
        rollouts: Array.from({ length: 100 }, () => ({ input: 1 })),
      });
      await store.dequeueManyRollouts({ limit: 100 });
      const rollout_ids = rollouts.map(({ rollout_id }) => rollout_id);
      const wait = posting(address, "/waits/rollouts", { rollout_ids, timeout: SECONDS });
      return times(() => wait);
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

const figureOf = async (url: string, { requests, beside }: Kind) => {
  await using served = await servedStore(url);
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

const nameOf = (store: string, kind: string): string => `${store}: ${HELD} ${kind}`;

/** The URLs of the stores, in a folder. */
const STORES: Readonly<Record<string, (folder: string) => string>> = {
  memory: () => "memory:",
  sqlite: (folder) => `sqlite:${folder}/held.db`,
};

const rivals = Object.entries(STORES).flatMap(([store, url]) =>
  Object.entries(KINDS).map(([kind, how]) => ({ name: nameOf(store, kind), url, how }))
);

const names = wanted(rivals.map(({ name }) => name));

const rows = [["held", "MiB before", "MiB with", "MiB more", "others/s", "with", "ratio"]];
for (const { name, url, how } of rivals) {
  if (!names.has(name)) continue;
  await using folder = await temporaryFolder();
  const figure = await figureOf(url(folder.path), how);
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
