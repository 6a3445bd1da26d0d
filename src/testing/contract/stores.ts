/** Contract section 12.11: stores as a whole. */

import { assert, assertEquals } from "../../deps/assert.ts";
import type { PromiseStore } from "../../store/lightning_store.ts";
import { fails } from "../failure.ts";
import type { ContractCase, Scene, Stage } from "../kit.ts";
import { spanOf } from "../span_of.ts";
import { claim, enqueuedAndClaimed, idsOf } from "./claimed.ts";
import { llm, prompt } from "./named_resources.ts";
import { otelSpan } from "./otel_span.ts";

const times = <A>(count: number, each: (i: number) => Promise<A>): Promise<readonly A[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => each(i)));

/** Rollouts with one span each, in the order of their creation. */
const withSpans = async (store: PromiseStore, count: number) => {
  const all = [];
  for (let i = 0; i < count; i++) {
    const ids = await enqueuedAndClaimed(store);
    await store.addSpan({ span: spanOf(ids, "s1") });
    all.push(ids);
  }
  return all;
};

const EVICTION = { capacityBytes: 100, spanBytes: 20 };

/** The outcomes of contract section 10, by number. Locks (12, 13) are no concern of one thread. */
const OUTCOMES: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  "1: concurrent enqueues all succeed with distinct ids [50]": async ({ store }) => {
    const rollouts = await times(50, (input) => store.enqueueRollout({ input }));
    assertEquals(new Set(rollouts.map(({ rollout_id }) => rollout_id)).size, 50);
    assertEquals((await store.queryRollouts()).total, 50);
  },
  "2: concurrent dequeues hand out each rollout once [20 and 30]": async ({ store }) => {
    await times(20, (input) => store.enqueueRollout({ input }));
    const claims = await times(30, (i) => store.dequeueRollout({ worker_id: `w${i}` }));
    const given = claims.filter((claimed) => claimed !== null);
    assertEquals(given.length, 20);
    assertEquals(new Set(given.map(({ rollout_id }) => rollout_id)).size, 20);
    for (const [i, claimed] of claims.entries()) {
      if (claimed !== null) assertEquals(claimed.attempt.worker_id, `w${i}`);
    }
  },
  "3: concurrent SDK spans get exactly 1 to n [30]": async ({ store }) => {
    const ids = await enqueuedAndClaimed(store);
    const spans = await times(
      30,
      (i) => store.addOtelSpan({ ...ids, readable_span: otelSpan(`s${i}`) }),
    );
    const numbers = spans.map((span) => span?.sequence_id ?? -1).toSorted((a, b) => a - b);
    assertEquals(numbers, Array.from({ length: 30 }, (_, i) => i + 1));
  },
  "4: bulk and single allocation never repeat an id": async ({ store }) => {
    const ids = await enqueuedAndClaimed(store);
    const lists = await times(
      20,
      async (i) =>
        i % 2 === 0
          ? [await store.getNextSpanSequenceId(ids)]
          : await store.getManySpanSequenceIds({ pairs: [ids, ids, ids] }),
    );
    const numbers = lists.flat().toSorted((a, b) => a - b);
    assertEquals(numbers, Array.from({ length: 40 }, (_, i) => i + 1));
  },
  "5: concurrent attempts of a rollout have consecutive ids": async ({ store }) => {
    const { rollout_id } = await store.enqueueRollout({ input: 1 });
    const started = await times(8, () => store.startAttempt({ rollout_id }));
    const numbers = started.map(({ attempt }) => attempt.sequence_id);
    assertEquals(numbers.toSorted(), [1, 2, 3, 4, 5, 6, 7, 8]);
    assertEquals((await store.queryAttempts({ rollout_id })).total, 8);
  },
  "6: concurrent updates of resources all survive [50]": async ({ store }) => {
    const ids = Array.from({ length: 50 }, (_, i) => `my-${i}`);
    await times(50, (i) =>
      store.updateResources({
        resources_id: `my-${i}`,
        resources: { p: prompt(String(i)) },
      }));
    assertEquals((await store.queryResources()).total, 50);
    assert(ids.includes((await store.getLatestResources())?.resources_id ?? ""));
  },
  "6: concurrent updates of one id bump its version by one each": async ({ store }) => {
    const update = () => store.updateResources({ resources_id: "one", resources: {} });
    const versions = (await times(5, update)).map(({ version }) => version);
    assertEquals(versions.toSorted(), [1, 2, 3, 4, 5]);
  },
  "7: a heartbeat does not undo an update of its attempt": async ({ store }) => {
    const ids = await enqueuedAndClaimed(store);
    await store.addSpan({ span: spanOf(ids, "s0") });
    await Promise.all([
      store.updateAttempt({ ...ids, status: "succeeded", metadata: { kept: true } }),
      ...Array.from({ length: 5 }, (_, i) => store.addSpan({ span: spanOf(ids, `s${i + 1}`) })),
    ]);
    const attempt = await store.getLatestAttempt(ids);
    assertEquals(attempt?.status, "succeeded");
    assertEquals(attempt?.metadata, { kept: true });
    assert(typeof attempt?.last_heartbeat_time === "number");
  },
  "8: a worker's sync does not undo its report": async ({ store }) => {
    const ids = await enqueuedAndClaimed(store, {}, "w");
    const [reported] = await Promise.all([
      store.updateWorker({ worker_id: "w", heartbeat_stats: { a: 1 } }),
      store.updateAttempt({ ...ids, status: "succeeded" }),
    ]);
    const worker = await store.getWorkerById({ worker_id: "w" });
    assertEquals(worker?.status, "idle");
    assertEquals(worker?.heartbeat_stats, { a: 1 });
    assertEquals(worker?.last_heartbeat_time, reported.last_heartbeat_time);
  },
  "9: several waiters on one rollout all return it [5]": async ({ store }) => {
    const { rollout_id } = await store.enqueueRollout({ input: 1 });
    const waits = times(5, () => store.waitForRollouts({ rollout_ids: [rollout_id], timeout: 10 }));
    await store.updateRollout({ rollout_id, status: "failed" });
    assertEquals((await waits).map((found) => found[0]?.rollout_id), Array(5).fill(rollout_id));
  },
  "11: concurrent requeues leave one queue entry [5]": async ({ store }) => {
    const { rollout_id } = await enqueuedAndClaimed(store);
    await times(5, () => store.updateRollout({ rollout_id, status: "requeuing" }));
    assertEquals((await claim(store)).rollout_id, rollout_id);
    assertEquals(await store.dequeueRollout(), null);
  },
  "14: nothing shares mutable state with the store": async ({ store }) => {
    const given = { list: ["given"] };
    const rollout = await store.startRollout({ input: given, metadata: given, worker_id: "w" });
    const ids = idsOf(rollout);
    const resources = { m: { ...llm("m"), sampling_parameters: given } };
    const results = [
      rollout,
      await store.updateAttempt({ ...ids, metadata: given }),
      await store.addSpan({ span: spanOf(ids, "s1", { attributes: given, extra: given }) }),
      await store.addResources({ resources }),
      await store.updateWorker({ worker_id: "w", heartbeat_stats: given }),
    ];
    const state = () =>
      Promise.all([
        store.getRolloutById(ids),
        store.queryAttempts(ids),
        store.querySpans(ids),
        store.getLatestResources(),
        store.getWorkerById({ worker_id: "w" }),
      ]);
    const before = structuredClone(await state());
    tamper(given);
    tamper(results);
    tamper(await state());
    assertEquals(await state(), before);
  },
};

/** Writes wherever a value can be written, as a careless caller might. */
const tamper = (value: unknown): void => {
  if (typeof value !== "object" || value === null) return;
  Object.values(value).forEach(tamper);
  for (const key of Object.keys(value)) Reflect.set(value, key, "tampered");
};

const inTurn = async ({ scene }: Stage): Promise<void> => {
  for (const [name, outcome] of Object.entries(OUTCOMES)) {
    try {
      await outcome(await scene());
    } catch (cause) {
      throw new Error(`Outcome ${name}`, { cause });
    }
  }
};

const racingScans = async ({ scene }: Stage): Promise<void> => {
  const { store, events } = await scene({ scanDebounceSeconds: 5 });
  await times(3, () => store.queryRollouts());
  assertEquals(events.filter(({ message }) => message === "Watchdog scan").length, 1);
};

export const stores: readonly ContractCase[] = [
  {
    number: 145,
    sentence:
      "capacity 100, thresholds 0.5 and 0.05, size 20 / four rollouts with a span each / first three `SpansEvicted`, fourth readable; total exactly at a threshold evicts nothing",
    run: async ({ scene, evicts }) => {
      const eviction = {
        ...EVICTION,
        evictionMemoryThreshold: { ratio: 0.5 },
        safeMemoryThreshold: { ratio: 0.05 },
      };
      const { store } = await scene({ eviction });
      const all = await withSpans(store, 4);
      // A store that keeps its spans on disk has no need to let any go (9.4).
      const gone = evicts ? all.slice(0, 3) : [];
      for (const { rollout_id } of gone) {
        await fails(store.querySpans({ rollout_id }), "SpansEvicted", rollout_id);
        await fails(store.querySpans({ rollout_id, name: "x", limit: 0 }), "SpansEvicted");
      }
      for (const { rollout_id } of all.slice(gone.length)) {
        assertEquals((await store.querySpans({ rollout_id })).total, 1);
      }
      assertEquals((await store.statistics()).total_spans, evicts ? 1 : 4);

      const exact = { ...EVICTION, evictionMemoryThreshold: { bytes: 40 } };
      const { store: full } = await scene({ eviction: exact });
      for (const { rollout_id } of await withSpans(full, 2)) {
        assertEquals((await full.querySpans({ rollout_id })).total, 1);
      }
      const { total_span_bytes } = await full.statistics();
      assertEquals(total_span_bytes, evicts ? 40 : undefined);

      // Three spans are too many, and eviction ends where the total is the safe threshold.
      const safe = {
        ...EVICTION,
        evictionMemoryThreshold: { bytes: 50 },
        safeMemoryThreshold: { bytes: 40 },
      };
      const { store: eased } = await scene({ eviction: safe });
      const kept = (await withSpans(eased, 3)).slice(1);
      for (const { rollout_id } of kept) {
        assertEquals((await eased.querySpans({ rollout_id })).total, 1);
      }
      assertEquals((await eased.statistics()).total_spans, evicts ? 2 : 3);
    },
  },
  {
    number: 146,
    sentence: "byte thresholds; safe ≥ eviction / construct / used as given; `InvalidArgument`",
    run: async ({ scene, refusal, evicts }) => {
      const thresholdsOf = async (store: PromiseStore) => {
        const { eviction_threshold_bytes, safe_threshold_bytes } = await store.statistics();
        return [eviction_threshold_bytes, safe_threshold_bytes];
      };
      const { store } = await scene({
        eviction: {
          ...EVICTION,
          evictionMemoryThreshold: { bytes: 50 },
          safeMemoryThreshold: { bytes: 10 },
        },
      });
      assertEquals(await thresholdsOf(store), evicts ? [50, 10] : [undefined, undefined]);
      for (const safe of [50, 60]) {
        const refused = await refusal({
          eviction: {
            ...EVICTION,
            evictionMemoryThreshold: { bytes: 50 },
            safeMemoryThreshold: { bytes: safe },
          },
        });
        // A store that never evicts has no thresholds that could contradict each other.
        assertEquals(refused?._tag, evicts ? "InvalidArgument" : undefined);
      }
    },
  },
  {
    number: 147,
    sentence:
      "two partitions, or a second process on one partition / same operations / isolated; shared queue, counters and versions",
    run: async ({ scene }) => {
      const { store, beside } = await scene();
      const other = await beside("other");
      const { rollout_id } = await store.enqueueRollout({ input: "here" });
      await store.addResources({ resources: { p: prompt("here") } });
      await store.updateWorker({ worker_id: "w" });
      assertEquals(await store.getNextSpanSequenceId({ rollout_id, attempt_id: "x" }), 1);
      assertEquals(await other.dequeueRollout(), null);
      assertEquals(await other.getRolloutById({ rollout_id }), null);
      assertEquals(await other.getLatestResources(), null);
      assertEquals(await other.getWorkerById({ worker_id: "w" }), null);
      assertEquals(await other.getNextSpanSequenceId({ rollout_id, attempt_id: "x" }), 1);
      const { total_rollouts, total_resources, total_workers } = await other.statistics();
      assertEquals([total_rollouts, total_resources, total_workers], [0, 0, 0]);

      const same = await beside("same");
      await same.enqueueRollout({ input: "there" });
      assertEquals((await same.dequeueRollout())?.rollout_id, rollout_id);
      assertEquals((await store.dequeueRollout())?.input, "there");
      assertEquals(await same.dequeueRollout(), null);
      assertEquals(await same.getNextSpanSequenceId({ rollout_id, attempt_id: "x" }), 2);
      assertEquals(await store.getNextSpanSequenceId({ rollout_id, attempt_id: "x" }), 3);
      const resources_id = (await store.getLatestResources())?.resources_id ?? "";
      const resources = { p: prompt("there") };
      assertEquals((await same.updateResources({ resources_id, resources })).version, 2);
      assertEquals((await store.getLatestResources())?.resources, resources);

      const wait = store.waitForRollouts({ rollout_ids: [rollout_id], timeout: 10 });
      await same.updateRollout({ rollout_id, status: "succeeded" });
      assertEquals((await wait)[0]?.rollout_id, rollout_id);
    },
  },
  {
    number: 148,
    sentence: "concurrent scenarios of section 10 / run against each store / outcomes as listed",
    run: async (stage) => {
      await inTurn(stage);
      await racingScans(stage);
    },
  },
];
