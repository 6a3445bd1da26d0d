/** Updates and spans whose answer is lost, where twice is not as once. */

import { assertEquals } from "@std/assert";
import { createStore, memory } from "../../mod.ts";
import { valueOf } from "../../src/store/promises.ts";
import { spanOf } from "../../src/testing/mod.ts";
import { client } from "./counted_client.ts";
import { losing, ourServer, theirServer } from "./servers.ts";

const aStore = () => createStore(memory(), { log: () => {} });

Deno.test("client: a lost answer fails no attempt but the one that was the latest", async () => {
  const core = aStore();
  const { store } = client(
    losing("/attempts/latest", ourServer(core), core.dequeueRollout({ worker_id: "other" })),
  );
  const config = { max_attempts: 3, retry_condition: ["failed"] } as const;
  await store.enqueueRollout({ input: 1, config })();
  const mine = valueOf(await store.dequeueRollout()());
  const rollout_id = mine?.rollout_id ?? "";
  const told = await store.updateAttempt({ rollout_id, attempt_id: "latest", status: "failed" })();
  assertEquals(valueOf(told).attempt_id, mine?.attempt.attempt_id);
  const { items } = valueOf(await core.queryAttempts({ rollout_id })());
  assertEquals(items.map(({ status }) => status), ["failed", "preparing"]);
});

Deno.test("client: a lost answer queues a rollout once", async () => {
  const core = aStore();
  const { rollout_id } = valueOf(await core.startRollout({ input: 1 })());
  const { store } = client(losing(rollout_id, ourServer(core), core.dequeueRollout()));
  await store.updateRollout({ rollout_id, status: "requeuing" })();
  assertEquals(valueOf(await core.getLatestAttempt({ rollout_id })())?.sequence_id, 2);
  assertEquals(valueOf(await core.dequeueRollout()()), null);
});

Deno.test("client: spans whose answer is lost are new all the same", async () => {
  const core = aStore();
  const { rollout_id, attempt } = valueOf(await core.startRollout({ input: 1 })());
  const ids = { rollout_id, attempt_id: attempt.attempt_id };
  const one = spanOf(ids, "a", { sequence_id: 1 });
  const { store } = client(losing("/spans", losing("/spans/batch", ourServer(core))));
  assertEquals(valueOf(await store.addSpan({ span: one })()), one);
  const { sequence_id: _, ...two } = spanOf(ids, "b");
  assertEquals(valueOf(await store.addManySpans({ spans: [two] })()), [{ ...two, sequence_id: 2 }]);
});

Deno.test("client: a server that knows no keys is asked again where twice is as once", async () => {
  const core = aStore();
  const { rollout_id, attempt } = valueOf(await core.startRollout({ input: 1 })());
  const ids = { rollout_id, attempt_id: attempt.attempt_id };
  const latest = { rollout_id, attempt_id: "latest" };
  for (
    const [path, call, tries] of [
      [attempt.attempt_id, { updateAttempt: { ...ids, status: "running" } }, 2],
      ["latest", { updateAttempt: { ...latest, status: "running" } }, 1],
      [rollout_id, { updateRollout: { rollout_id, mode: "val" } }, 2],
      [rollout_id, { updateRollout: { rollout_id, status: "requeuing" } }, 1],
      [rollout_id, { updateRollout: { rollout_id, status: "queuing" } }, 1],
      ["/spans", { addSpan: { span: spanOf(ids, "a", { sequence_id: 1 }) } }, 2],
    ] as const
  ) {
    const { store, sent } = client(losing(path, theirServer(core)));
    const outcome = "updateAttempt" in call
      ? await store.updateAttempt(call.updateAttempt)()
      : "updateRollout" in call
      ? await store.updateRollout(call.updateRollout)()
      : await store.addSpan(call.addSpan)();
    assertEquals(sent.filter((request) => request.endsWith(path)).length, tries);
    assertEquals(outcome._tag, tries === 1 ? "Left" : "Right");
  }
});
