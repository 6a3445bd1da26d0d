/**
 * Measures that no cost grows where it must not: a claim with the length of the queue, with the
 * number of running attempts that have deadlines, and with the size of the input; a heartbeat with
 * the size of the input. Standard output has one JSON object a line.
 *
 * A claim returns the input, which takes longer the larger it is. That part is measured by itself,
 * as the difference that the size makes to `getRolloutById`, and is taken off.
 */

import { type Json, openStore, type PromiseStore } from "../mod.ts";
import { spanOf } from "./span_of.ts";
import { secondsOf, taskOf } from "./subject.ts";

const BLOCKS = 9;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** The median microseconds of one call, over blocks of calls. */
const microseconds = async (calls: number, call: (i: number) => Promise<unknown>) => {
  const blocks: number[] = [];
  const size = Math.floor(calls / BLOCKS);
  for (let block = 0; block < BLOCKS; block++) {
    const seconds = await secondsOf(async () => {
      for (let i = 0; i < size; i++) await call(block * size + i);
    });
    blocks.push(seconds / size * 1e6);
  }
  return median(blocks);
};

const enqueue = async (store: PromiseStore, count: number, inputOf: (i: number) => Json) => {
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

const claimCost = (store: PromiseStore, calls: number) =>
  microseconds(calls, () => store.dequeueRollout({ worker_id: "Worker-0" }));

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

const CLAIMS = 900;

/** Claims from a queue of this length, after the compiler has seen some. */
const atQueueLength = (backend: string, length: number) =>
  on(backend, async (store) => {
    await enqueue(store, 4500, taskOf);
    await claimCost(store, 4500);
    await enqueue(store, length, taskOf);
    return await claimCost(store, CLAIMS);
  });

/** Claims beside this many running attempts with deadlines. */
const besideRunning = (backend: string, running: number) =>
  on(backend, async (store) => {
    await enqueue(store, 4500, taskOf);
    await claimCost(store, 4500);
    await enqueue(store, running, taskOf);
    for (let left = running; left > 0; left -= 10_000) {
      await store.dequeueManyRollouts({ limit: 10_000 });
    }
    await enqueue(store, 1000, taskOf);
    return await claimCost(store, CLAIMS);
  });

/** Claims, reads and heartbeats with inputs of this many bytes. */
const withInput = (backend: string, bytes: number) =>
  on(backend, async (store) => {
    await enqueue(store, 1800, taskOf);
    await claimCost(store, 1800);
    await enqueue(store, CLAIMS, (i) => ({ i, text: "x".repeat(bytes) }));
    const { items } = await store.queryRollouts({ status_in: ["queuing"] });
    const read = await microseconds(
      CLAIMS,
      (i) => store.getRolloutById({ rollout_id: items[i]?.rollout_id ?? "" }),
    );
    const claim = await claimCost(store, CLAIMS);
    const { items: claimed } = await store.queryRollouts({ status_in: ["preparing"] });
    const heartbeat = await microseconds(CLAIMS, (i) => {
      const rollout = claimed[1800 + i];
      if (rollout === undefined || !("attempt" in rollout)) throw new Error("Nothing is claimed");
      const span = spanOf(rollout.rollout_id, rollout.attempt.attempt_id, i);
      return store.addSpan({ span });
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

for (const [backend, longest] of [["memory", 1_000_000], ["sqlite", 200_000]] as const) {
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
