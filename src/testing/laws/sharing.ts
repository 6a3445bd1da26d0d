/** Law 8: nothing that others hold is a way into the engine; and two on the same data see the same. */

import type { Feed } from "../../backend.ts";
import { assertEquals, assertNotEquals } from "../../deps/assert.ts";
import { E } from "../../deps/fp.ts";
import { rolloutNotFound } from "../../model/errors.ts";
import { ACTS } from "./acts.ts";
import { READS, WRITES } from "./calls.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Law } from "./law.ts";
import { LIVE, peopled, prompts } from "./peopled.ts";
import { queued, rolloutChange, started, storedIds, tagOf, valueOf } from "./records.ts";

/** Writes into every part of a value that can be written to. */
const spoil = (value: unknown): void => {
  if (typeof value !== "object" || value === null) return;
  for (const key of Object.keys(value)) {
    spoil(Reflect.get(value, key));
    Reflect.set(value, key, "spoiled");
  }
  Reflect.set(value, Array.isArray(value) ? value.length : "spoiled", "spoiled");
};

/** Whether a feed comes to life within two seconds; some servers have none. */
const becomesLive = async (hearing: ReturnType<Feed>): Promise<boolean> => {
  for (let looks = 0; looks < 100 && !hearing.isLive(); looks++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return hearing.isLive();
};

export const sharing: readonly Law[] = [
  {
    name: "8: nobody can change what is stored by writing into what came back",
    run: async (open) => {
      const [backend] = await open();
      const [untouched] = await open();
      await peopled(backend);
      await peopled(untouched);
      for (const call of [...Object.values(WRITES), ...Object.values(READS)]) {
        for (const outcome of await call(backend)) spoil(valueOf(outcome));
        await call(untouched);
      }
      assertEquals(await fingerprint(backend), await fingerprint(untouched));
    },
  },
  {
    name: "8: nobody can change what is stored by writing into what was handed in",
    run: async (open) => {
      const [backend] = await open();
      const [untouched] = await open();
      await peopled(backend);
      await peopled(untouched);
      for (const { handedIn } of ACTS) {
        spoil(await handedIn(backend));
        await handedIn(untouched);
      }
      assertEquals(await fingerprint(backend), await fingerprint(untouched));
    },
  },
  {
    name: "8: nobody can change what is stored by writing into what a decision was given",
    run: async (open) => {
      const [backend] = await open();
      const [untouched] = await open();
      const seen: unknown[] = [];
      await peopled(backend);
      await backend.change(["ro-c", LIVE.rollout_id].map((rollout_id) => ({
        ...rolloutChange(rollout_id, {}),
        attempt_id: "latest",
        decide: (record) => {
          seen.push(record);
          return E.left(rolloutNotFound(rollout_id));
        },
      })));
      assertEquals(seen.length, 2);
      spoil(seen);
      assertEquals(await fingerprint(backend), await fingerprint(await peopled(untouched)));
    },
  },
  {
    name: "what one writes, the other that is open on the same data sees",
    run: async (open) => {
      const [one, other] = await open();
      await peopled(one);
      await other.insert([[started("ro-x", "at-x", "w-x")]]);
      assertEquals(await storedIds(one), await storedIds(other));
      for (const [name, read] of Object.entries(READS)) {
        assertEquals(await read(one), await read(other), name);
      }
    },
  },
  {
    name:
      "a version changes with what the other writes, and stays as it is for as long as it does not",
    run: async (open) => {
      const [one, other] = await open();
      if (one.version === undefined) return;
      await one.insert([[queued("ro-a")], [queued("ro-b")]]);
      const version = async () => valueOf(await one.version?.() ?? E.right(""));
      for (const status of ["running", "succeeded"] as const) {
        const before = await version();
        assertEquals(await version(), before);
        await one.change([rolloutChange("ro-a", { status })]);
        assertEquals(await version(), before);
        await other.change([rolloutChange("ro-b", { status })]);
        assertNotEquals(await version(), before);
      }
    },
  },
  {
    name: "a feed that is live tells what the other finishes",
    run: async (open) => {
      const [one, other] = await open();
      await other.insert([[queued("ro-a"), queued("ro-b")]]);
      let tell: (id: string) => void = () => {};
      const told = new Promise<string>((resolve) => tell = resolve);
      const hearing = one.feed?.(tell);
      try {
        if (hearing === undefined || !await becomesLive(hearing)) return;
        await other.change([
          rolloutChange("ro-a", { status: "running" }),
          rolloutChange("ro-b", { status: "failed" }),
        ]);
        assertEquals(await told, "ro-b");
      } finally {
        await hearing?.stop();
      }
    },
  },
  {
    name: "3: an id that the other has taken is Taken",
    run: async (open) => {
      const [one, other] = await open();
      await one.insert([[queued("ro-a")]]);
      assertEquals((await other.insert([[queued("ro-a")]])).map(tagOf), ["Taken"]);
      const put = { resources_id: "rs-a", resources: prompts("a"), now: 1, fresh: true };
      assertEquals((await one.putResources([put])).map(tagOf), ["ok"]);
      assertEquals((await other.putResources([put])).map(tagOf), ["Taken"]);
    },
  },
];
