/**
 * What comes of a call whose answer is lost. A server tells a second time by the key that the client
 * sends along, and makes nothing twice. It keeps the keys in memory: where it dies between a commit
 * and the answer, the next server does not know them, and makes the same again.
 */

import { assert, assertEquals } from "@std/assert";
import { connectStore, createStore, httpApp, memory, promises } from "../../mod.ts";

/** A store, and a client whose next answer is lost once it is told so. */
const served = async () => {
  const store = createStore(memory(), { log: () => {} });
  let app = httpApp(store);
  let lose: (() => void) | null = null;
  const connected = connectStore("http://localhost", {
    fetch: async (request) => {
      const answer = await app(request);
      if (lose === null) return answer;
      lose();
      lose = null;
      throw new TypeError("connection reset");
    },
  });
  if (connected._tag === "Left") throw new Error(connected.left.message);
  const client = promises(connected.right);
  // By its first answer a client knows what server it speaks to.
  const { total_rollouts } = await client.statistics();
  assertEquals(total_rollouts, 0);
  return {
    client,
    loseAnswer: () => {
      lose = () => {};
    },
    loseServer: () => {
      lose = () => {
        app = httpApp(store);
      };
    },
  };
};

Deno.test("lost answer: the same server makes nothing twice", async () => {
  const { client, loseAnswer } = await served();
  loseAnswer();
  const { rollout_id } = await client.enqueueRollout({ input: 1 });
  loseAnswer();
  const { attempt } = await client.startAttempt({ rollout_id });
  loseAnswer();
  await client.startRollout({ input: 2 });
  loseAnswer();
  await client.addResources({ resources: {} });
  loseAnswer();
  await client.updateResources({ resources_id: "r", resources: {} });
  loseAnswer();
  const ids = { rollout_id, attempt_id: attempt.attempt_id };
  assertEquals(await client.getNextSpanSequenceId(ids), 1);
  loseAnswer();
  assertEquals(await client.getManySpanSequenceIds({ pairs: [ids, ids] }), [2, 3]);
  assertEquals(attempt.sequence_id, 1);
  const { total_rollouts, total_attempts, total_resources } = await client.statistics();
  assertEquals([total_rollouts, total_attempts, total_resources], [2, 2, 2]);
  assertEquals((await client.getResourcesById({ resources_id: "r" }))?.version, 1);
});

Deno.test("lost answer: a server that died with it has made once what the next one makes again", async () => {
  const { client, loseServer } = await served();
  loseServer();
  const { rollout_id } = await client.enqueueRollout({ input: 1 });
  const { items } = await client.queryRollouts();
  assertEquals(items.map(({ input }) => input), [1, 1]);
  // The client was told of the later one.
  assertEquals(items[1]?.rollout_id, rollout_id);
  loseServer();
  const { sequence_id } = (await client.startAttempt({ rollout_id })).attempt;
  assertEquals(sequence_id, 2);
  loseServer();
  // Sequence ids may be passed over, and are never given twice.
  assert(await client.getNextSpanSequenceId({ rollout_id, attempt_id: "x" }) > 1);
});

Deno.test("lost answer: what is the same twice is so across servers", async () => {
  const { client, loseServer } = await served();
  const { rollout_id, attempt: { attempt_id } } = await client.startRollout({ input: 1 });
  loseServer();
  await client.updateAttempt({ rollout_id, attempt_id, status: "succeeded" });
  loseServer();
  await client.updateWorker({ worker_id: "w", heartbeat_stats: { a: 1 } });
  const [rollout] = (await client.queryRollouts()).items;
  assertEquals(rollout?.status, "succeeded");
  assertEquals((await client.queryAttempts({ rollout_id })).total, 1);
});
