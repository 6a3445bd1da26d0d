/** Watching a store until its rollouts are finished. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { openStore, type PromiseStore } from "../../mod.ts";
import { DISPLAY, type Picture, show, watch } from "../../src/display/mod.ts";
import { type Notebook, screenOf } from "../../src/display/screen.ts";

/** Shows nothing to anyone, and does something after each picture. */
const scripted = (...steps: readonly (() => unknown)[]) => {
  const shown: string[] = [];
  const screen = async ({ text }: Picture) => void await steps[shown.push(text) - 1]?.();
  return { shown, screen };
};

const finishOne = async (store: PromiseStore): Promise<void> => {
  const claimed = await store.dequeueRollout();
  if (claimed === null) throw new Error("The queue is empty");
  const { rollout_id, attempt: { attempt_id } } = claimed;
  await store.updateAttempt({ rollout_id, attempt_id, status: "succeeded" });
};

Deno.test("watch: it looks again and again until all are finished", async () => {
  const store = await openStore("memory:");
  await store.enqueueManyRollouts({ rollouts: [{ input: 1 }, { input: 2 }] });
  const { shown, screen } = scripted(
    () => finishOne(store),
    () => store.dequeueRollout(),
    async () => {
      const { items: [rollout] } = await store.queryRollouts({ status_in: ["preparing"] });
      if (rollout !== undefined) {
        await store.updateRollout({ rollout_id: rollout.rollout_id, status: "failed" });
      }
    },
  );
  const { total, succeeded, failed } = await watch(store, { everySeconds: 0, screen });
  assertEquals({ total, succeeded, failed }, { total: 2, succeeded: 1, failed: 1 });
  const phases = shown.map((line) => line.split("  ").slice(0, 4).join(", "));
  assertEquals(phases, [
    "succeeded 0, failed 0, running 0, queued 2",
    "succeeded 1, failed 0, running 0, queued 1",
    "succeeded 1, failed 0, running 1, queued 0",
    "succeeded 1, failed 1, running 0, queued 0",
  ]);
  await store.close();
});

Deno.test("watch: a signal ends it, before and between looks", async () => {
  const store = await openStore("memory:");
  await store.enqueueRollout({ input: 1 });
  const before = scripted();
  await watch(store, { signal: AbortSignal.abort(), screen: before.screen });
  assertEquals(before.shown.length, 1);

  for (const everySeconds of [1_000_000, 1e9, Infinity]) {
    const controller = new AbortController();
    const between = scripted(() => setTimeout(() => controller.abort(), 5));
    const { queued } = await watch(store, {
      everySeconds,
      signal: controller.signal,
      screen: between.screen,
    });
    assertEquals({ queued, looks: between.shown.length }, { queued: 1, looks: 1 });
  }
  await store.close();
});

Deno.test("watch: it can be of some rollouts alone", async () => {
  const store = await openStore("memory:");
  await store.enqueueRollout({ input: 1, mode: "train" });
  const { total } = await watch(store, { query: { mode_in: ["val"] }, screen: () => {} });
  assertEquals(total, 0);
  await store.close();
});

Deno.test("watch: a rollout that moves between two questions keeps it going", async () => {
  const store = await openStore("memory:");
  const { rollout_id, attempt: { attempt_id } } = await store.startRollout({ input: 1 });
  let looks = 0;
  const screen = () => {
    if (++looks === 2) return finish();
  };
  const finish = async () =>
    void await store.updateAttempt({ rollout_id, attempt_id, status: "succeeded" });
  // Whoever asks for the queue while it is claimed, and for claims while it is queued, sees nothing.
  const unseen: Pick<PromiseStore, "queryRollouts"> = {
    queryRollouts: (query = {}) =>
      query.status_in?.includes("queuing")
        ? store.queryRollouts({ ...query, status_in: [] })
        : store.queryRollouts(query),
  };
  await watch(unseen, { everySeconds: 0, screen });
  assertEquals(looks, 3);
  await store.close();
});

Deno.test("watch: it rejects when the store does", async () => {
  const store = await openStore("memory:", { log: () => {} });
  await store.close();
  const problem = await watch(store, { screen: () => {} }).catch((error: unknown) => error);
  assert(problem instanceof Error);
});

Deno.test("screen: a notebook shows all in one place", async () => {
  const calls: Parameters<Notebook["display"]>[] = [];
  const screen = screenOf({ display: (...call) => Promise.resolve(void calls.push(call)) });
  await screen(show([]));
  await screen(show([]));
  const [first, second] = calls.map(([, options]) => options);
  assertEquals([first?.update, second?.update], [false, true]);
  assertEquals(first?.display_id, second?.display_id);
  assertNotEquals(first?.display_id, undefined);
  assertEquals(calls[0]?.[0][DISPLAY](), show([])[DISPLAY]());
});

Deno.test("screen: a console gets a line when there is news", async () => {
  const lines: unknown[] = [];
  const { log } = console;
  console.log = (line: unknown) => void lines.push(line);
  try {
    const screen = screenOf(null);
    for (
      const picture of [show([]), show([]), show({ items: [], limit: 0, offset: 0, total: 1 })]
    ) {
      await screen(picture);
    }
  } finally {
    console.log = log;
  }
  assertEquals(lines, ["No records", "None of 1 records"]);
});
