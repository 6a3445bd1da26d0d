/** A store in the memory of a Worker, whose requests do not share what they wait with. */

import { assertEquals } from "@std/assert";
import { openStore } from "../../mod.ts";
import { bundle } from "./bundle.ts";
import { mainJob, statusWithoutToken } from "./main_job.ts";
import { workerdTest } from "./needs_workerd.ts";
import { type RunningWorker, runWorker } from "./workerd.ts";

const worker = async (): Promise<RunningWorker> =>
  await runWorker({ script: await bundle(new URL("memory_worker.ts", import.meta.url)) });

workerdTest("memory in a Worker: the main job runs", async () => {
  await using running = await worker();
  assertEquals(await statusWithoutToken(running.address), 401);
  await mainJob(running.address, "secret");
});

workerdTest("memory in a Worker: a request wakes others that wait", async () => {
  await using running = await worker();
  const store = await openStore(running.address, { http: { token: "secret" } });
  const { rollout_id } = await store.startRollout({ input: "finished" });
  const waits = Array.from(
    { length: 3 },
    () => store.waitForRollouts({ rollout_ids: [rollout_id], timeout: 30 }),
  );
  const claims = Array.from({ length: 3 }, () => store.dequeueRollout({ wait_seconds: 30 }));
  await store.updateRollout({ rollout_id, status: "succeeded" });
  await store.enqueueManyRollouts({ rollouts: [{ input: 0 }, { input: 1 }, { input: 2 }] });
  assertEquals((await Promise.all(waits)).map(([it]) => it?.status), waits.map(() => "succeeded"));
  assertEquals(
    new Set((await Promise.all(claims)).map((claimed) => claimed?.input)),
    new Set([0, 1, 2]),
  );
  await store.close();
});
