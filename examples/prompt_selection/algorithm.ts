/** The algorithm: it has every task tried with every prompt, and picks the best prompt. */

import {
  type EnqueueRolloutRequest,
  type PromiseStore,
  type PromptTemplate,
  rewardsOf,
  type Rollout,
  SPAN_NAME,
} from "../../mod.ts";
import type { Task } from "./task.ts";

/** What is to be tried. */
export interface Experiment {
  readonly tasks: readonly Task[];
  readonly prompts: Readonly<Record<string, PromptTemplate>>;
  /** How often progress is told, in seconds. */
  readonly progressSeconds: number;
  readonly onProgress: (progress: Progress) => void;
}

/** How many rollouts there are and how many of them are finished. */
export interface Progress {
  readonly finished: number;
  readonly total: number;
}

/** How one prompt did. */
export interface Score {
  readonly prompt: string;
  readonly rollouts: number;
  readonly meanReward: number;
  /** Attempts after the first. */
  readonly retries: number;
  /** Attempts that the watchdog ended. */
  readonly timeouts: number;
}

/**
 * Scores the prompts, best first.
 *
 * Everything that it knows stands in the store. Started again over the same store, it enqueues only
 * what is missing and waits for the rest.
 */
export const scorePrompts = async (
  store: PromiseStore,
  experiment: Experiment,
): Promise<readonly Score[]> => {
  await publishPrompts(store, experiment);
  await enqueueMissing(store, experiment);
  const { items } = await store.queryRollouts();
  const mine = items.filter(({ metadata }) =>
    Object.hasOwn(experiment.prompts, promptIn(metadata))
  );
  const finished = await untilFinished(store, mine, experiment);
  const scores = Object.keys(experiment.prompts).map((prompt) =>
    score(store, prompt, finished.filter(({ metadata }) => metadata?.prompt === prompt))
  );
  return (await Promise.all(scores)).toSorted((a, b) => b.meanReward - a.meanReward);
};

const promptIn = (metadata: Rollout["metadata"]): string => String(metadata?.prompt);

const resourcesIdOf = (prompt: string): string => `prompt-${prompt}`;

const publishPrompts = async (store: PromiseStore, { prompts }: Experiment): Promise<void> => {
  for (const [name, prompt] of Object.entries(prompts)) {
    const resources_id = resourcesIdOf(name);
    if (await store.getResourcesById({ resources_id }) === null) {
      await store.updateResources({ resources_id, resources: { prompt } });
    }
  }
};

/** One call enqueues all or nothing, so a crash leaves no half of a batch. */
const enqueueMissing = async (
  store: PromiseStore,
  { tasks, prompts }: Experiment,
): Promise<void> => {
  const { items } = await store.queryRollouts();
  const present = new Set(items.map(({ metadata }) => pairOf(metadata?.task, metadata?.prompt)));
  const rollouts = tasks.flatMap((task) =>
    Object.keys(prompts)
      .filter((prompt) => !present.has(pairOf(task.id, prompt)))
      .map((prompt) => requestOf(task, prompt))
  );
  await store.enqueueManyRollouts({ rollouts });
};

const pairOf = (...pair: readonly unknown[]): string => JSON.stringify(pair);

const requestOf = (task: Task, prompt: string): EnqueueRolloutRequest => ({
  input: task,
  mode: "train",
  resources_id: resourcesIdOf(prompt),
  config: {
    unresponsive_seconds: 1,
    max_attempts: 3,
    retry_condition: ["failed", "timeout", "unresponsive"],
  },
  metadata: { task: task.id, prompt },
});

const untilFinished = async (
  store: PromiseStore,
  rollouts: readonly Rollout[],
  { progressSeconds, onProgress }: Experiment,
): Promise<readonly Rollout[]> => {
  const rollout_ids = rollouts.map(({ rollout_id }) => rollout_id);
  for (let timeout = 0;; timeout = progressSeconds) {
    const finished = await store.waitForRollouts({ rollout_ids, timeout });
    onProgress({ finished: finished.length, total: rollout_ids.length });
    if (finished.length === rollout_ids.length) return finished;
  }
};

const score = async (
  store: PromiseStore,
  prompt: string,
  rollouts: readonly Rollout[],
): Promise<Score> => {
  const rewards = await Promise.all(rollouts.map((rollout) => rewardOf(store, rollout)));
  const pages = await Promise.all(
    rollouts.map(({ rollout_id }) => store.queryAttempts({ rollout_id })),
  );
  const attempts = pages.flatMap(({ items }) => items);
  return {
    prompt,
    rollouts: rollouts.length,
    meanReward: rewards.reduce((sum, reward) => sum + reward, 0) / rollouts.length,
    retries: attempts.length - rollouts.length,
    timeouts: attempts.filter(({ status }) => status === "unresponsive" || status === "timeout")
      .length,
  };
};

/** The primary reward of the attempt that counts; a rollout that failed for good has earned none. */
const rewardOf = async (store: PromiseStore, { rollout_id }: Rollout): Promise<number> => {
  const { items } = await store.querySpans({
    rollout_id,
    attempt_id: "latest",
    name: SPAN_NAME.reward,
  });
  const [primary] = items.flatMap(rewardsOf);
  return primary?.value ?? 0;
};
