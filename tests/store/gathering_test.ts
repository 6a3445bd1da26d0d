/** Calls of one tick share a round trip, and each gets its own result. */

import { assertEquals } from "@std/assert";
import { type Backend, createStore, memory, promises } from "../../mod.ts";
import { alone, gather } from "../../src/store/gather.ts";
import { E } from "../../src/deps/fp.ts";

/** A backend that notes how many items each of its batches had. */
const counting = () => {
  const sizes: Record<"insert" | "claim" | "addSpans" | "change", number[]> = {
    insert: [],
    claim: [],
    addSpans: [],
    change: [],
  };
  const inner = memory();
  const backend: Backend = {
    ...inner,
    insert: (items) => (sizes.insert.push(items.length), inner.insert(items)),
    claim: (items) => (sizes.claim.push(items.length), inner.claim(items)),
    addSpans: (items) => (sizes.addSpans.push(items.length), inner.addSpans(items)),
    change: (items) => (sizes.change.push(items.length), inner.change(items)),
  };
  return { backend, sizes };
};

const claimByMany = async (coalesce: boolean) => {
  const { backend, sizes } = counting();
  const store = promises(createStore(backend, { coalesce }));
  // The first call of all has the watchdog look first, and so would fall behind the others.
  await store.queryRollouts();
  await Promise.all([1, 2, 3].map((input) => store.enqueueRollout({ input })));
  const claims = await Promise.all(
    ["a", "b", "c", "d"].map((worker_id) => store.dequeueRollout({ worker_id })),
  );
  await Promise.all(claims.map((claim) =>
    claim && store.updateAttempt({
      rollout_id: claim.rollout_id,
      attempt_id: claim.attempt.attempt_id,
      status: "succeeded",
    })
  ));
  const results = claims.map((claim) => claim && [claim.input, claim.attempt.worker_id]);
  return { results, sizes };
};

/** Each caller in the order of the calls; the last one finds nothing. */
const RESULTS = [[1, "a"], [2, "b"], [3, "c"], null];

Deno.test("gathering: single calls of one tick are one batch, and each gets its own", async () => {
  const { results, sizes } = await claimByMany(true);
  assertEquals(results, RESULTS);
  assertEquals(sizes, { insert: [3], claim: [4], addSpans: [], change: [3] });
});

Deno.test("gathering: turned off, each call is a batch of its own, with the same results", async () => {
  const { results, sizes } = await claimByMany(false);
  assertEquals(results, RESULTS);
  assertEquals(sizes, { insert: [1, 1, 1], claim: [1, 1, 1, 1], addSpans: [], change: [1, 1, 1] });
});

Deno.test("gathering: calls of later ticks do not wait for each other", async () => {
  const { backend, sizes } = counting();
  const store = promises(createStore(backend));
  await store.dequeueRollout();
  await store.dequeueRollout();
  assertEquals(sizes.claim, [1, 1]);
});

Deno.test("gathering: a function says when all have come, though in ticks of their own", async () => {
  const { backend, sizes } = counting();
  const turns: (() => void)[] = [];
  const store = promises(createStore(backend, { coalesce: (run) => turns.push(run) }));
  const first = store.addResources({ resources: {} });
  const claims = [store.dequeueRollout()];
  for (let tick = 0; tick < 100; tick++) await null;
  claims.push(store.dequeueRollout());
  for (let tick = 0; tick < 100; tick++) await null;
  assertEquals([turns.length, sizes.claim], [2, []]);
  turns.forEach((run) => run());
  await first;
  assertEquals(await Promise.all(claims), [null, null]);
  assertEquals(sizes.claim, [2]);
});

Deno.test("gathering: a function that fails fails its call alone", async () => {
  let fails = true;
  const store = createStore(memory(), {
    coalesce: (run) => {
      if (fails) throw new Error("no time");
      run();
    },
    log: () => {},
  });
  const failed = await store.enqueueRollout({ input: 1 })();
  assertEquals(failed._tag === "Left" && failed.left._tag, "Backend");
  fails = false;
  assertEquals((await store.enqueueRollout({ input: 2 })())._tag, "Right");
  assertEquals((await promises(store).queryRollouts()).total, 1);
});

Deno.test("gathering: no batch is larger than 512 items", async () => {
  const sizes: number[] = [];
  const double = gather<number, number>((items) => {
    sizes.push(items.length);
    return Promise.resolve(items.map((item) => E.right(item * 2)));
  });
  const outcomes = await Promise.all(Array.from({ length: 1100 }, (_, i) => double(i)));
  assertEquals(sizes, [512, 512, 76]);
  assertEquals(outcomes.map((it) => E.isRight(it) && it.right), outcomes.map((_, i) => i * 2));
});

Deno.test("gathering: a backend that breaks the law of never rejecting leaves nobody waiting", async () => {
  for (const single of [gather, alone]) {
    const broken = single<number, number>(() => Promise.reject(new Error("broken")));
    const mute = single<number, number>(() => Promise.resolve([]));
    const throwing = single<number, number>(() => {
      throw new Error("broken");
    });
    // What untyped callers may hand in.
    const nothing = single<number, number>((() => Promise.resolve()) as never);
    const noFunction = single<number, number>(undefined as never);
    for (const call of [broken, mute, throwing, nothing, noFunction]) {
      const outcome = await call(1);
      assertEquals(E.isLeft(outcome) && outcome.left._tag, "Backend");
    }
  }
  const store = createStore({ ...memory(), claim: () => Promise.reject(new Error("broken")) });
  const outcome = await store.dequeueRollout()();
  assertEquals(outcome._tag === "Left" && outcome.left._tag, "Backend");
});
