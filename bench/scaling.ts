/**
 * Measures that no cost grows where it must not: a claim with the length of the queue, with the
 * number of running attempts that have deadlines, and with the size of the input; a heartbeat with
 * the size of the input. Standard output has one JSON object a line.
 *
 * A claim returns the input, which takes longer the larger it is. That part is measured by itself,
 * as the difference that the size makes to `getRolloutById`, and is taken off.
 */

import { type Json, openStore, type PromiseStore } from "../mod.ts";
import { median } from "./median.ts";
import { spanOf } from "./span_of.ts";
import { secondsOf, taskOf } from "./subject.ts";
import { wanted } from "./wanted.ts";

/** Blocks of calls, whose median counts, and the calls of one: enough for several checkpoints. */
const BLOCKS = 7;
const CALLS = 900;

/** The median microseconds of one call, over blocks of calls that are each made ready first. */
const microseconds = async (
  call: (i: number) => Promise<unknown>,
  ready: () => Promise<unknown> = () => Promise.resolve(),
): Promise<number> => {
  const blocks: number[] = [];
  for (let block = 0; block < BLOCKS; block++) {
    await ready();
    const seconds = await secondsOf(async () => {
      for (let i = 0; i < CALLS; i++) await call(block * CALLS + i);
    });
    blocks.push(seconds / CALLS * 1e6);
  }
  return median(blocks);
};

const enqueue = async (
  store: PromiseStore,
  count: number,
  inputOf: (i: number) => Json = taskOf,
) => {
  const chunk = 10_000;
  for (let from = 0; from < count; from += chunk) {
    await store.enqueueManyRollouts({
      rollouts: Array.from({ length: Math.min(chunk, count - from) }, (_, i) => ({
        input: inputOf(from + i),
        config: { timeout_seconds: 3600, unresponsive_seconds: 600 },
      })),
    });
  }
};

/** The cost of a claim from a queue that is filled up again after each block. */
const claimCost = (store: PromiseStore, inputOf?: (i: number) => Json) =>
  microseconds(
    () => store.dequeueRollout({ worker_id: "Worker-0" }),
    () => enqueue(store, CALLS, inputOf),
  );

/** Runs a measure on a fresh store. */
const on = async <A>(
  backend: string,
  measure: (store: PromiseStore) => Promise<A>,
): Promise<A> => {
  const directory = await Deno.makeTempDir();
  const store = await openStore(backend === "memory" ? "memory:" : `sqlite:${directory}/store.db`);
  try {
    return await measure(store);
  } finally {
    await store.close();
    await Deno.remove(directory, { recursive: true });
  }
};

/** Claims from a queue of this length, after the compiler has seen some. */
const atQueueLength = (backend: string, length: number) =>
  on(backend, async (store) => {
    await claimCost(store);
    await enqueue(store, length - CALLS);
    return await claimCost(store);
  });

/** Claims beside this many running attempts with deadlines. */
const besideRunning = (backend: string, running: number) =>
  on(backend, async (store) => {
    await claimCost(store);
    await enqueue(store, running);
    for (let left = running; left > 0; left -= 10_000) {
      await store.dequeueManyRollouts({ limit: 10_000 });
    }
    return await claimCost(store);
  });

/** Claims, reads and heartbeats with inputs of this many bytes. */
const withInput = (backend: string, bytes: number) =>
  on(backend, async (store) => {
    await claimCost(store);
    const claim = await claimCost(store, (i) => ({ i, text: "x".repeat(bytes) }));
    const { items } = await store.queryRollouts({ offset: BLOCKS * CALLS });
    const at = (i: number) => {
      const rollout = items[i % items.length];
      if (rollout === undefined || !("attempt" in rollout)) throw new Error("Nothing is claimed");
      return rollout;
    };
    const read = await microseconds((i) => store.getRolloutById(at(i)));
    const heartbeat = await microseconds((i) => {
      const { rollout_id, attempt } = at(i);
      return store.addSpan({ span: spanOf(rollout_id, attempt.attempt_id, i) });
    });
    return { read, claim, heartbeat };
  });

const report = (name: string, small: number, large: number, limit: number): void =>
  console.log(JSON.stringify({
    name,
    small_us: Number(small.toFixed(2)),
    large_us: Number(large.toFixed(2)),
    ratio: Number((large / small).toFixed(2)),
    limit,
  }));

const BACKENDS = [["memory", 1_000_000], ["sqlite", 200_000]] as const;

const names = wanted(BACKENDS.map(([name]) => name));

for (const [backend, longest] of BACKENDS.filter(([name]) => names.has(name))) {
  report(
    `${backend} claim, ${longest} queued against 1000`,
    await atQueueLength(backend, 1000),
    await atQueueLength(backend, longest),
    1.5,
  );
  report(
    `${backend} claim, 100000 running with deadlines against none`,
    await besideRunning(backend, 0),
    await besideRunning(backend, 100_000),
    1.2,
  );
  const small = await withInput(backend, 100);
  const large = await withInput(backend, 100_000);
  const returning = large.read - small.read;
  report(
    `${backend} claim, input of 100 kB against 100 B`,
    small.claim,
    large.claim - returning,
    1.3,
  );
  report(
    `${backend} heartbeat, input of 100 kB against 100 B`,
    small.heartbeat,
    large.heartbeat,
    1.3,
  );
}
