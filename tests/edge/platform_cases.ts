/** What Cloudflare's platform brings along: alarms, limits, and nothing of Node. */

import { assertEquals } from "@std/assert";
import { type LogEvent, promises, sqlite } from "../../mod.ts";
import { fails } from "../../src/testing/failure.ts";
import { standingClock } from "../../src/testing/mod.ts";
import { type Namespace, testObject } from "./objects.ts";

type Case = (objects: Namespace) => Promise<void>;

export const PLATFORM_CASES: Readonly<Record<string, Case>> = {
  "an alarm looks for what has expired while nobody asks": async (objects) => {
    const { store, clock, events } = opened(objects, { scanIntervalSeconds: 0.05 });
    await store.enqueueRollout({ input: 1, config: { timeout_seconds: 60 } });
    await store.dequeueRollout();
    clock.advance(61);
    const found = () => events.some(({ details }) => details.found === 1);
    // It tells the object the time, and hears what has happened: the watchdog has no turn before it.
    for (const end = Date.now() + PATIENCE; !found() && Date.now() < end;) {
      await store.getLatestResources();
      await pause();
    }
    assertEquals(found(), true, "no alarm has looked");
    const { items: [rollout] } = await store.queryRollouts();
    assertEquals(rollout?.status, "failed");
  },

  "what is larger than a row may be is refused, and changes nothing": async (objects) => {
    const { store } = opened(objects);
    const { rollout_id } = await store.enqueueRollout({ input: "small" });
    const large = "x".repeat(3 * 2 ** 20);
    await fails(store.enqueueRollout({ input: large }), "Backend");
    await fails(
      store.enqueueManyRollouts({ rollouts: [{ input: "small too" }, { input: large }] }),
      "Backend",
    );
    const { items } = await store.queryRollouts();
    assertEquals(items.map((rollout) => rollout.rollout_id), [rollout_id]);
  },

  "there is nothing of Node, and no SQLite engine but the object's": async () => {
    const names = ["process", "Buffer", "global", "require"];
    assertEquals(names.map((name) => Reflect.get(globalThis, name)), names.map(() => undefined));
    const file = await sqlite({ path: "store.db" })();
    assertEquals(file._tag === "Left" && file.left._tag, "Unsupported");
  },
};

const opened = (objects: Namespace, { scanIntervalSeconds = 0 } = {}) => {
  const clock = standingClock();
  const events: LogEvent[] = [];
  const { store } = testObject(objects, crypto.randomUUID(), {
    clock: clock.now,
    log: (event) => void events.push(event),
    scans: { scanDebounceSeconds: 0, scanIntervalSeconds },
  });
  return { store: promises(store), clock, events };
};

/** How long something may take that has to happen, in milliseconds: far more than it does. */
const PATIENCE = 20_000;

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
