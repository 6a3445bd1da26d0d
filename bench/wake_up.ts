/**
 * Measures how long a waiter takes to learn that a rollout has finished: from the answer to whoever
 * finished it, by the same store or by another one on the same data. Standard output has one JSON
 * object a line; standard error has the same as a table. The waiter has waited for a second by then,
 * so that it looks as seldom as it ever does.
 */

import { openStore, type PromiseStore } from "../mod.ts";
import { noServer } from "../tests/mongo_server/engine.ts";
import { startMongoServer, type Topology } from "../tests/mongo_server/server.ts";
import { median } from "./median.ts";
import { wanted } from "./wanted.ts";

const ROUNDS = 15;

interface Pair {
  readonly waits: PromiseStore;
  readonly finishes: PromiseStore;
  readonly close: () => Promise<void>;
}

const closing = (stores: readonly PromiseStore[]) => async (): Promise<void> => {
  for (const store of stores) await store.close();
};

const onMongo = (topology: Topology) => async (): Promise<Pair> => {
  const server = await startMongoServer(topology);
  const open = () => openStore(`${server.uri}wake`, { mongo: { partition: "wake" } });
  const [waits, finishes] = [await open(), await open()];
  return {
    waits,
    finishes,
    close: async () => {
      await closing([waits, finishes])();
      await server.stop();
    },
  };
};

const PAIRS: Readonly<Record<string, () => Promise<Pair>>> = {
  "memory, the same store": async () => {
    const store = await openStore("memory:");
    return { waits: store, finishes: store, close: closing([store]) };
  },
  "sqlite, another store on the file": async () => {
    const open = () => openStore(`sqlite:${directory}/wake.db`);
    const [waits, finishes] = [await open(), await open()];
    return { waits, finishes, close: closing([waits, finishes]) };
  },
  ...await noServer() !== null ? {} : {
    "mongo, another client, replica set": onMongo("replica set"),
    "mongo, another client, standalone": onMongo("standalone"),
  },
};

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const roundOf = async ({ waits, finishes }: Pair, round: number): Promise<number> => {
  const { rollout_id } = await finishes.enqueueRollout({ input: 1 });
  const learned = waits.waitForRollouts({ rollout_ids: [rollout_id], timeout: 30 })
    .then(() => performance.now());
  // Not in step with whoever looks at intervals.
  await pause(1000 + 37 * round);
  await finishes.updateRollout({ rollout_id, status: "succeeded" });
  const finished = performance.now();
  return Math.max(0, await learned - finished);
};

const names = wanted(Object.keys(PAIRS));

const directory = await Deno.makeTempDir();
try {
  for (const [name, open] of Object.entries(PAIRS)) {
    if (!names.has(name)) continue;
    const pair = await open();
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await roundOf(pair, round));
    await pair.close();
    const [median_ms, longest_ms] = [median(times), Math.max(...times)]
      .map((it) => Number(it.toFixed(1)));
    console.log(JSON.stringify({ name, median_ms, longest_ms }));
    console.error(`${name.padEnd(40)} median ${median_ms} ms, longest ${longest_ms} ms`);
  }
} finally {
  await Deno.remove(directory, { recursive: true });
}
