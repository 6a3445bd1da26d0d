/** What the intents do besides the numbered laws: changes, effects, sequence ids, the latest resources. */

import type { Backend } from "../../backend.ts";
import type { Change } from "../../core/record.ts";
import { applyWorkerEffect, effectsOfClaim, type WorkerEffect } from "../../core/worker.ts";
import { assertEquals } from "../../deps/assert.ts";
import { E } from "../../deps/fp.ts";
import type { Worker } from "../../model/worker.ts";
import { spanOf } from "../span_of.ts";
import type { Law } from "./law.ts";
import { LIVE, peopled, prompts } from "./peopled.ts";
import { EVERYTHING, newAttempt, queued, rolloutChange, valueOf, wish } from "./records.ts";

/** Carries a change of the attempt that runs out; answers with what the backend answers. */
const carryOut = async (backend: Backend, change: Change) => {
  const [outcome] = await backend.change([
    { ...LIVE, now: 7, payload: true, decide: () => E.right(change) },
  ]);
  return valueOf(outcome);
};

/** The worker after some effects, as the core has it. */
const after = (effects: readonly WorkerEffect[], known: Worker | null = null): Worker | null =>
  effects.reduce(applyWorkerEffect, known);

const BUSY: WorkerEffect = {
  worker_id: "w",
  when: { is: "always" },
  set: { status: "busy", current_rollout_id: "ro-a", current_attempt_id: "at-a" },
};

/** Conditions, of each kind some that the worker after {@linkcode BUSY} fulfills. */
const CONDITIONS: readonly WorkerEffect["when"][] = [
  { is: "always" },
  { is: "not idle" },
  { is: "holding", rollout_id: "ro-a", attempt_id: "at-a" },
  { is: "holding", rollout_id: "ro-a", attempt_id: "at-b" },
  { is: "holding", rollout_id: "ro-b", attempt_id: "at-a" },
  { is: "free or holding", rollout_id: "ro-a", attempt_id: "at-a" },
  { is: "free or holding", rollout_id: "ro-b", attempt_id: "at-b" },
];

/** What a worker may have been through when an effect comes: nothing, work, and rest. */
const PASTS: readonly (readonly WorkerEffect[])[] = [
  [],
  [BUSY],
  [{
    ...BUSY,
    set: { status: "idle", current_rollout_id: null, current_attempt_id: null, last_idle_time: 4 },
  }],
];

/** What an effect may set: a part, and everything. */
const SETS: readonly WorkerEffect["set"][] = [
  { last_heartbeat_time: 5, heartbeat_stats: { a: [1] } },
  {
    status: "unknown",
    heartbeat_stats: null,
    last_heartbeat_time: 1,
    last_dequeue_time: 2,
    last_busy_time: 3,
    last_idle_time: null,
    current_rollout_id: "ro-c",
    current_attempt_id: null,
  },
];

export const carryingOut: readonly Law[] = [
  {
    name: "a change is carried out whole, and answered with the record as it is then",
    run: async (open) => {
      const [backend] = await open();
      await peopled(backend);
      const fields = {
        input: { new: [1] },
        metadata: null,
        mode: "test",
        resources_id: "rs-x",
        status: "failed",
        end_time: 7,
        config: {
          timeout_seconds: 0.5,
          unresponsive_seconds: null,
          max_attempts: 3,
          retry_condition: ["timeout", "failed"],
        },
      } as const;
      const set = {
        status: "failed",
        end_time: 7,
        worker_id: "w-x",
        last_heartbeat_time: 6.5,
        metadata: { "a.b": [null] },
      } as const;
      const { record, change, payload } = await carryOut(backend, {
        rollout: fields,
        attempt: { set },
        workers: [{ ...BUSY, worker_id: "w-x" }],
        wakes: true,
      });
      const [rollout] = valueOf(await backend.rollouts([LIVE.rollout_id]));
      const { input, metadata, ...state } = fields;
      const attempt = valueOf(await backend.latestAttempt(LIVE.rollout_id));
      assertEquals({ ...rollout, ...fields, attempt }, rollout);
      assertEquals({ ...attempt, ...set }, attempt);
      assertEquals({ ...record.rollout, ...state }, { ...record.rollout });
      assertEquals([record.attempts, record.latest, record.attempt], [1, attempt, attempt]);
      assertEquals([payload?.input, payload?.metadata], [input, metadata]);
      assertEquals(change.wakes, true);
      assertEquals(valueOf(await backend.worker("w-x")), after([{ ...BUSY, worker_id: "w-x" }]));
    },
  },
  {
    name: "a change that appends makes the latest attempt, and leaves those before it",
    run: async (open) => {
      const [backend] = await open();
      await peopled(backend);
      const before = valueOf(await backend.queryAttempts(LIVE.rollout_id, EVERYTHING)).items;
      const [outcome] = await backend.change([newAttempt(LIVE.rollout_id, "at-next")]);
      const { record, payload } = valueOf(outcome);
      const latest = valueOf(await backend.latestAttempt(LIVE.rollout_id));
      assertEquals([latest?.attempt_id, latest?.sequence_id], ["at-next", 2]);
      assertEquals([record.attempts, record.latest], [2, latest]);
      assertEquals(payload?.input, { task: [LIVE.rollout_id] });
      const { items } = valueOf(await backend.queryAttempts(LIVE.rollout_id, EVERYTHING));
      assertEquals(items, [...before, latest]);
    },
  },
  {
    name: "a decision is given the record, with the attempt that it is about",
    run: async (open) => {
      const [backend] = await open();
      await peopled(backend);
      await backend.change([newAttempt(LIVE.rollout_id, "at-next")]);
      const about = async (rollout_id: string, attempt_id: string | null): Promise<unknown> => {
        let seen: unknown;
        await backend.change([{
          ...rolloutChange(rollout_id, {}),
          attempt_id,
          decide: (record) => {
            seen = record &&
              [record.attempts, record.latest?.attempt_id, record.attempt?.attempt_id];
            return E.right({});
          },
        }]);
        return seen;
      };
      assertEquals(await about(LIVE.rollout_id, LIVE.attempt_id), [2, "at-next", LIVE.attempt_id]);
      assertEquals(await about(LIVE.rollout_id, "latest"), [2, "at-next", "at-next"]);
      assertEquals(await about(LIVE.rollout_id, "at-none"), [2, "at-next", undefined]);
      assertEquals(await about(LIVE.rollout_id, null), [2, "at-next", undefined]);
      assertEquals(await about("ro-b", "latest"), [0, undefined, undefined]);
      assertEquals(await about("ro-none", "latest"), null);
      const decide = () => E.right({});
      const [outcome] = await backend.change([{ ...rolloutChange("ro-none", {}), decide }]);
      // Whatever is decided, there is nothing to change.
      assertEquals(E.isLeft(outcome ?? E.right(null)), true);
    },
  },
  {
    name: "an effect applies where its condition holds, and answers with the worker",
    run: async (open) => {
      const [backend] = await open();
      for (const [p, past] of PASTS.entries()) {
        for (const [c, when] of CONDITIONS.entries()) {
          for (const [s, set] of SETS.entries()) {
            const worker_id = `w-${p}-${c}-${s}`;
            const effects = [...past, { ...BUSY, when, set }].map((it) => ({ ...it, worker_id }));
            const outcomes = (await backend.affect(effects)).map(valueOf);
            const expected = after(effects);
            assertEquals(outcomes.at(-1), expected, worker_id);
            assertEquals(valueOf(await backend.worker(worker_id)), expected, worker_id);
          }
        }
      }
    },
  },
  {
    name: "an effect that sets nothing makes its worker known, and leaves a known one as it is",
    run: async (open) => {
      const [backend] = await open();
      const nothing: WorkerEffect = { worker_id: "w", when: { is: "always" }, set: {} };
      const effects = [nothing, { ...nothing, set: { last_heartbeat_time: 5 } }, nothing];
      const outcomes = (await backend.affect(effects)).map(valueOf);
      assertEquals(outcomes, effects.map((_, i) => after(effects.slice(0, i + 1))));
    },
  },
  {
    name: "a claim has its effects on its worker, whether it gets something or not",
    run: async (open) => {
      const [backend] = await open();
      await peopled(backend);
      const claims = [2, 5, 5].map((limit, i) => wish(limit, "w", [], 10 + i));
      const outcomes = (await backend.claim(claims)).map(valueOf);
      assertEquals(outcomes.map(({ length }) => length), [2, 1, 0]);
      const effects = outcomes.flatMap((claimed, i) => effectsOfClaim("w", claimed, 10 + i));
      assertEquals(valueOf(await backend.worker("w")), after(effects));
      const workers = async () => valueOf(await backend.statistics()).total_workers;
      const before = await workers();
      await backend.claim([wish(1, null), wish(1, "")]);
      assertEquals(await workers(), before);
    },
  },
  {
    name: "what a claim answers with is what is stored then",
    run: async (open) => {
      const [backend] = await open();
      await peopled(backend);
      const [outcome] = await backend.claim([wish(5, "w")]);
      const claimed = valueOf(outcome);
      assertEquals(
        valueOf(await backend.rollouts(claimed.map(({ rollout_id }) => rollout_id))),
        claimed,
      );
      assertEquals(claimed.map(({ attempt }) => [attempt.sequence_id, attempt.worker_id]), [
        [2, "w"],
        [2, "w"],
        [1, "w"],
      ]);
    },
  },
  {
    name: "sequence ids are those that spans bring, or the next ones; none is allocated twice",
    run: async (open) => {
      const [one, other] = await open();
      await peopled(one);
      const wanted = [null, 10, null, 3, null].map((sequence_id, i) => ({
        ...spanOf(LIVE, `s-${i}`),
        sequence_id,
      }));
      const [first] = await one.addSpans([{ spans: wanted, now: 6 }]);
      assertEquals(valueOf(first), [2, 10, 11, 3, 12]);
      const [again] = await other.addSpans([{ spans: wanted.slice(1, 2), now: 6 }]);
      assertEquals(valueOf(again), [null]);
      const items = [[LIVE.rollout_id, "ro-none"], ["ro-none", LIVE.rollout_id]];
      assertEquals((await one.allocate(items)).map(valueOf), [[13, 1], [2, 14]]);
      const many = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? one : other).allocate([["ro-none"]])),
      );
      assertEquals(
        many.flat().flatMap(valueOf).toSorted((a, b) => a - b),
        Array.from({ length: 20 }, (_, i) => i + 3),
      );
    },
  },
  {
    name: "a sequence id below the counter leaves it where it is",
    run: async (open) => {
      const [backend] = await open();
      await peopled(backend);
      const brought = [-5, 7, 2].map((id, i) => spanOf(LIVE, `s-${i}`, { sequence_id: id }));
      const [outcome] = await backend.addSpans([{ spans: brought, now: 6 }]);
      assertEquals(valueOf(outcome), [-5, 7, 2]);
      assertEquals((await backend.allocate([[LIVE.rollout_id]])).map(valueOf), [[8]]);
    },
  },
  {
    name: "a batch of spans is one sign of life of each attempt that got a new one",
    run: async (open) => {
      const [backend] = await open();
      await peopled(backend);
      const late = { rollout_id: "ro-c", attempt_id: "at-1" };
      await backend.addSpans([
        { spans: [spanOf(LIVE, "s-1"), spanOf(late, "s-1")], now: 20 },
        { spans: [spanOf(LIVE, "s-2")], now: 21 },
        { spans: [spanOf(late, "s-1")], now: 22 },
        { spans: [], now: 23 },
      ]);
      const beats = async (rollout_id: string) =>
        valueOf(await backend.queryAttempts(rollout_id, EVERYTHING)).items
          .map(({ last_heartbeat_time }) => last_heartbeat_time);
      assertEquals(await beats(LIVE.rollout_id), [21]);
      assertEquals(await beats("ro-c"), [20]);
      assertEquals(await beats("ro-a"), [null]);
    },
  },
  {
    name: "signs of life of two attempts of one rollout both count",
    run: async (open) => {
      const [backend] = await open();
      await peopled(backend);
      await backend.change([newAttempt(LIVE.rollout_id, "at-next")]);
      const next = { rollout_id: LIVE.rollout_id, attempt_id: "at-next" };
      await backend.addSpans([{ spans: [spanOf(next, "s-1"), spanOf(LIVE, "s-1")], now: 30 }]);
      const { items } = valueOf(await backend.queryAttempts(LIVE.rollout_id, EVERYTHING));
      assertEquals(items.map(({ status, last_heartbeat_time }) => [status, last_heartbeat_time]), [
        ["running", 30],
        ["running", 30],
      ]);
      assertEquals(valueOf(await backend.statuses([LIVE.rollout_id])), ["running"]);
    },
  },
  {
    name: "rollouts without resources get those that were the latest when they were inserted",
    run: async (open) => {
      const [one, other] = await open();
      assertEquals((await one.insert([[queued("ro-none")]])).map(valueOf), [null]);
      await one.putResources([
        { resources_id: "rs-a", resources: prompts("a"), now: 1, fresh: true },
        { resources_id: "rs-b", resources: {}, now: 3, fresh: true },
        // Written last, though not at the latest time.
        { resources_id: "rs-a", resources: {}, now: 2, fresh: false },
      ]);
      assertEquals(valueOf(await other.latestResources()), {
        resources_id: "rs-a",
        create_time: 1,
        update_time: 2,
        version: 2,
        resources: {},
      });
      const named = queued("ro-b");
      const outcomes = await other.insert([
        [queued("ro-a"), { ...named, rollout: { ...named.rollout, resources_id: "mine" } }],
        [queued("ro-c")],
      ]);
      assertEquals(outcomes.map(valueOf), ["rs-a", "rs-a"]);
      const rollouts = valueOf(await one.rollouts(["ro-none", "ro-a", "ro-b", "ro-c"]));
      assertEquals(rollouts.map((it) => it?.resources_id), [null, "rs-a", "mine", "rs-a"]);
    },
  },
];
