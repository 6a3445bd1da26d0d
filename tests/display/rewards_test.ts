/** Rewards of rollouts, and their charts. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  attributesOfRewards,
  createStore,
  memory,
  promises,
  type PromiseStore,
  SPAN_NAME,
  type StoreError,
  StoreException,
} from "../../mod.ts";
import {
  DISPLAY,
  rewardCurve,
  rewardDistribution,
  type RewardPoint,
  rewardPoints,
} from "../../src/display/mod.ts";
import { runningMeans } from "../../src/display/reward_curve.ts";
import { backendError, spansEvicted } from "../../src/model/errors.ts";
import { type FakeClock, spanOf, standingClock } from "../../src/testing/mod.ts";
import { texts } from "./parsed.ts";

const stage = (): { readonly store: PromiseStore; readonly clock: FakeClock } => {
  const clock = standingClock();
  return { store: promises(createStore(memory(), { clock: clock.now })), clock };
};

/** A rollout whose attempt tells these rewards, one span each, and ends. */
const rewarded = async (store: PromiseStore, rewards: readonly number[], mode: "train" | "val") => {
  const { rollout_id, attempt } = await store.startRollout({ input: null, mode });
  for (const [i, value] of rewards.entries()) {
    const attributes = attributesOfRewards([{ name: "main", value }, { name: "other", value: -1 }]);
    const span = spanOf(attempt, `${i}`, {
      name: SPAN_NAME.annotation,
      sequence_id: i + 1,
      attributes,
    });
    await store.addSpan({ span });
  }
  const { attempt_id } = attempt;
  await store.updateAttempt({ rollout_id, attempt_id, status: "succeeded" });
  return rollout_id;
};

Deno.test("reward points: the last primary reward counts, in order of time", async () => {
  const { store, clock } = stage();
  const { resources_id } = await store.addResources({ resources: {} });
  const first = await rewarded(store, [0.25, 0.5], "train");
  const start = clock.now();
  clock.advance(60);
  const second = await rewarded(store, [1], "val");
  assertEquals(await rewardPoints(store), [
    { rollout_id: first, resources_id, time: start, reward: 0.5 },
    { rollout_id: second, resources_id, time: start + 60, reward: 1 },
  ]);
  const trained = await rewardPoints(store, { mode_in: ["train"] });
  assertEquals(trained.map(({ rollout_id }) => rollout_id), [first]);
});

Deno.test("reward points: rollouts without a reward, without an attempt or without an end have none", async () => {
  const { store } = stage();
  await rewarded(store, [], "train");
  const { rollout_id } = await store.enqueueRollout({ input: null });
  await store.updateRollout({ rollout_id, status: "cancelled" });
  const { attempt } = await store.startRollout({ input: null });
  const attributes = attributesOfRewards([{ name: "main", value: 1 }]);
  await store.addSpan({ span: spanOf(attempt, "1", { attributes }) });
  assertEquals(await rewardPoints(store), []);
});

Deno.test("reward points: what memory has let go of is left out, and other failures are told", async () => {
  const { store } = stage();
  const rollouts = [await rewarded(store, [1], "train"), await rewarded(store, [0.5], "train")];
  const failing = (error: StoreError): Pick<PromiseStore, "queryRollouts" | "querySpans"> => ({
    queryRollouts: store.queryRollouts,
    querySpans: (query) =>
      query.rollout_id === rollouts[0]
        ? Promise.reject(new StoreException(error))
        : store.querySpans(query),
  });
  const points = await rewardPoints(failing(spansEvicted(rollouts[0] ?? "")));
  assertEquals(points.map(({ reward }) => reward), [0.5]);
  await assertRejects(() => rewardPoints(failing(backendError("gone", null))), StoreException);
});

Deno.test("reward points: the latest attempt counts alone", async () => {
  const { store } = stage();
  const rollout_id = await rewarded(store, [1], "train");
  const { attempt: { attempt_id } } = await store.startAttempt({ rollout_id });
  await store.updateAttempt({ rollout_id, attempt_id, status: "failed" });
  assertEquals(await rewardPoints(store), []);
});

Deno.test("running means: each is of the latest values", () => {
  assertEquals(runningMeans([1, 3, 5, 7], 2), [1, 2, 4, 6]);
  assertEquals(runningMeans([1, 3], 5), [1, 2]);
  assertEquals(runningMeans([], 5), []);
});

const POINTS: readonly RewardPoint[] = Array.from({ length: 30 }, (_, i) => ({
  rollout_id: `ro-${i}`,
  resources_id: i < 10 ? "rs-a" : i < 20 ? "rs-b" : null,
  time: 1_000_000 + 60 * i,
  reward: i % 2,
}));

const chartIn = (picture: Awaited<ReturnType<typeof rewardCurve>>) =>
  JSON.stringify(picture[DISPLAY]()["application/vnd.vegalite.v5+json"]);

Deno.test("reward curve: time is told in a unit that suits it", async () => {
  const curve = await rewardCurve(POINTS, { latest: 10 });
  assertEquals(curve.text, "Rewards: 30. Mean of the last 10: 0.5");
  assert(texts(curve.svg, "text").includes("minutes since the first rollout ended"));
  assert(chartIn(curve).includes('"elapsed":29'));
});

Deno.test("reward curve: of very many rollouts a part is drawn, and all count", async () => {
  const many = Array.from({ length: 9_000 }, (_, i) => ({
    rollout_id: `ro-${i}`,
    resources_id: null,
    time: i,
    reward: i % 2,
  }));
  const curve = await rewardCurve(many);
  assertStringIncludes(curve.text, "Rewards: 9,000. Mean of the last 900: 0.5");
  const drawn = chartIn(curve).split('"rollout_id":').length - 1;
  assert(drawn > 1_000 && drawn <= 2_000, `${drawn}`);
});

Deno.test("reward distribution: a row for each version, in the order of their use", async () => {
  const { text, svg } = await rewardDistribution(POINTS);
  assertEquals(text.split("\n"), [
    "Rewards by resources",
    "rs-a: mean 0.5, n = 10",
    "rs-b: mean 0.5, n = 10",
    "no resources: mean 0.5, n = 10",
  ]);
  assert(texts(svg, "text").some((label) => label.startsWith("rs-a")));
});

Deno.test("reward distribution: of many versions the last are drawn", async () => {
  const many = POINTS.map((point, i) => ({ ...point, resources_id: `rs-${i}` }));
  const { text } = await rewardDistribution(many);
  assertEquals(text.split("\n")[0], "Rewards by resources, the last 12 of 30");
  assertEquals(text.split("\n").length, 13);
});

Deno.test("charts: there may be no rewards yet", async () => {
  assertEquals((await rewardCurve([])).text, "Rewards: none yet");
  assertEquals((await rewardDistribution([])).text, "Rewards by resources: none yet");
});

Deno.test("charts: a drawing has the color of what is around it, and a canvas one of its own", async () => {
  const curve = await rewardCurve(POINTS);
  assert(curve.svg.includes('fill="currentColor"'));
  assertEquals(chartIn(curve).includes("currentColor"), false);
});

Deno.test("charts: Vega-Lite has no complaint of their specifications", async () => {
  const complaints: unknown[] = [];
  const { warn } = console;
  console.warn = (...words: readonly unknown[]) => void complaints.push(words);
  try {
    await rewardCurve(POINTS);
    await rewardDistribution(POINTS);
  } finally {
    console.warn = warn;
  }
  assertEquals(complaints, []);
});
