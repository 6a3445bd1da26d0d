/** A store with a made-up experiment in it: the same one each time, on a clock that is moved by hand. */

import {
  attributesOfRewards,
  createStore,
  idsFrom,
  memory,
  promises,
  SPAN_NAME,
} from "../../mod.ts";
import type { AttemptedRollout, PromiseStore, Span } from "../../mod.ts";
import { type FakeClock, spanOf, standingClock } from "../../src/testing/mod.ts";

/** The experiment, and its attempt that tells most. */
export interface Demo {
  readonly store: PromiseStore;
  readonly told: AttemptedRollout;
}

/** Three prompts are tried in turn on 240 tasks, and the agent learns. */
export const demo = async (): Promise<Demo> => {
  const clock = standingClock();
  const random = randomFrom(7);
  const store = promises(createStore(memory(), {
    clock: clock.now,
    ids: idsFrom(() => hex(random, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")),
  }));
  for (const [round, { resources_id, skill, template }] of PROMPTS.entries()) {
    const prompt = { resource_type: "prompt_template", engine: "f-string", template } as const;
    await store.updateResources({ resources_id, resources: { prompt } });
    for (let i = 0; i < 80; i++) {
      const input = { question: `What is ${i} + ${i * i}?` };
      await store.enqueueRollout({ input, mode: "train", resources_id });
      clock.advance(2 + 6 * random());
      const mark = random() + skill + 0.004 * i;
      await attempt(store, clock, Math.min(1, Math.max(0, Math.round(mark * 4) / 4)), round + i);
    }
  }
  await store.enqueueRollout({ input: { question: "Who wrote the first compiler?" }, mode: "val" });
  const told = await claimed(store);
  await tell(store, told, clock, storyOf(told, clock.now()));
  return { store, told };
};

const PROMPTS = [
  { resources_id: "prompt-1-guess", skill: -0.45, template: "Answer at once. {question}" },
  { resources_id: "prompt-2-steps", skill: -0.2, template: "Think step by step. {question}" },
  { resources_id: "prompt-3-check", skill: 0.1, template: "Check your work. {question}" },
] as const;

const claimed = async (store: PromiseStore): Promise<AttemptedRollout> => {
  const rollout = await store.dequeueRollout({ worker_id: "Worker-0" });
  if (rollout === null) throw new Error("The queue is empty");
  return rollout;
};

const attempt = async (
  store: PromiseStore,
  clock: FakeClock,
  value: number,
  seed: number,
): Promise<void> => {
  const rollout = await claimed(store);
  const start = clock.now();
  await tell(store, rollout, clock, [
    spanOf(rollout.attempt, `${seed}-work`, {
      name: "agent.run",
      start_time: start,
      end_time: start + 1,
    }),
    rewardOf(rollout, `${seed}-reward`, start + 1, [{ name: "accuracy", value }]),
  ]);
};

/** Stores the spans, and ends the attempt well. */
const tell = async (
  store: PromiseStore,
  { rollout_id, attempt: { attempt_id } }: AttemptedRollout,
  { advance }: FakeClock,
  spans: readonly Span[],
): Promise<void> => {
  await store.addManySpans({ spans });
  advance(5);
  await store.updateAttempt({ rollout_id, attempt_id, status: "succeeded" });
};

const rewardOf = (
  { attempt }: AttemptedRollout,
  span_id: string,
  time: number,
  rewards: Parameters<typeof attributesOfRewards>[0],
  parent_id: string | null = null,
): Span =>
  spanOf(attempt, span_id, {
    name: SPAN_NAME.annotation,
    parent_id,
    attributes: attributesOfRewards(rewards),
    start_time: time,
    end_time: time,
  });

/** The name of a span, its parent, its start and end in seconds, and what else there is to it. */
type Line = readonly [
  span_id: string,
  parent_id: string | null,
  name: string,
  start: number,
  end: number,
  more?: Partial<Span>,
];

/** An agent that looks something up, is refused once, and tries again. */
const storyOf = (rollout: AttemptedRollout, start: number): readonly Span[] => {
  const event = (name: string, after: number) => ({
    name,
    attributes: {},
    timestamp: start + after,
  });
  const lines: readonly Line[] = [
    ["run", null, "agent.run", 0.02, 4.46],
    ["plan", "run", "plan", 0.05, 1.12],
    ["plan-chat", "plan", "llm.chat", 0.08, 1.1, {
      attributes: { "gen_ai.request.model": "small", "gen_ai.usage.output_tokens": 118 },
      events: [event("first token", 0.41)],
    }],
    ["search-1", "run", "tool.search", 1.16, 1.92, {
      status: { status_code: "ERROR", description: "429 Too Many Requests" },
      events: [event("exception", 1.92)],
    }],
    ["search-2", "run", "tool.search", 2.1, 3.02],
    ["fetch-1", "search-2", "http.get", 2.18, 2.6],
    ["fetch-2", "search-2", "http.get", 2.22, 2.96],
    ["answer", "run", "answer", 3.06, 4.36],
    ["answer-chat", "answer", "llm.chat", 3.08, 4.2, {
      attributes: { "gen_ai.request.model": "small", "gen_ai.usage.output_tokens": 204 },
      events: [event("first token", 3.33)],
    }],
    ["grade", "answer", "grade", 4.22, 4.34],
  ];
  return [
    ...lines.map(([span_id, parent_id, name, from, to, more = {}]) =>
      spanOf(rollout.attempt, span_id, {
        name,
        parent_id,
        start_time: start + from,
        end_time: start + to,
        ...more,
      })
    ),
    rewardOf(rollout, "reward", start + 4.4, [{ name: "accuracy", value: 0.83 }], "run"),
  ];
};

/** Numbers from 0 up to 1 that look random: mulberry32. */
const randomFrom = (seed: number): () => number => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = (mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed)) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
};

const hex = (random: () => number, digits: number): string =>
  Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
