/** The other hot paths by backend and callers. One iteration is a thousand operations. */

import { ours } from "./ours.ts";
import { STORES } from "./stores.ts";
import { JOBS } from "./subject.ts";

const OPERATIONS = 1000;

for (const job of JOBS) {
  for (const callers of [1, 8, 128]) {
    for (const [backend, open] of Object.entries(STORES)) {
      Deno.bench({
        name: `${backend}: ${OPERATIONS} operations, x${callers}`,
        group: `${job}, x${callers}`,
        baseline: backend === "memory",
        n: 5,
        warmup: 1,
      }, async (timer) => {
        const timed = async (work: () => unknown) => {
          timer.start();
          await work();
          timer.end();
          return 0;
        };
        await ours(await open(), timed)[job](OPERATIONS, callers);
      });
    }
  }
}
