/** Dequeue throughput by backend, callers, and rollouts a call. One iteration drains a queue. */

import { STORES } from "./stores.ts";
import { taskOf } from "./subject.ts";

const ROLLOUTS = 1280;

for (const limit of [1, 10, 100]) {
  for (const callers of [1, 8, 128]) {
    for (const [backend, open] of Object.entries(STORES)) {
      Deno.bench({
        name: `${backend}: ${ROLLOUTS} rollouts, limit ${limit}, x${callers}`,
        group: `dequeue, limit ${limit}, x${callers}`,
        baseline: backend === "memory",
        n: 5,
        warmup: 1,
      }, async (timer) => {
        const store = await open();
        await store.enqueueManyRollouts({
          rollouts: Array.from({ length: ROLLOUTS }, (_, i) => ({ input: taskOf(i) })),
        });
        const drain = async (_: unknown, caller: number) => {
          const claim = { limit, worker_id: `Worker-${caller}` };
          while ((await store.dequeueManyRollouts(claim)).length > 0);
        };
        timer.start();
        await Promise.all(Array.from({ length: callers }, drain));
        timer.end();
      });
    }
  }
}
