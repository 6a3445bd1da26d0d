/** When a Durable Object sets its alarm, and what it does when that goes off. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { connectStore, type LogEvent, promises, StoreException } from "../../mod.ts";
import { durableObject, type DurableObjectOptions } from "../../src/durable_object/mod.ts";
import { standingClock } from "../../src/testing/mod.ts";
import { type FakeStorage, fakeStorage } from "./fake_storage.ts";

/** An object on a storage, which may have had others before. */
const objectOn = (
  { storage }: Pick<FakeStorage, "storage">,
  options: DurableObjectOptions = {},
) => {
  const clock = options.clock ?? standingClock().now;
  const events: LogEvent[] = [];
  const log = (event: LogEvent) => void events.push(event);
  const object = durableObject({ storage }, { ...options, clock, log });
  const connected = connectStore("http://object", { fetch: object.fetch });
  if (connected._tag === "Left") throw new Error(connected.left.message);
  return {
    store: promises(connected.right),
    alarm: object.alarm,
    /** How many rollouts its scans have found. */
    found: () => events.flatMap(({ details }) => details.found ?? []).filter((n) => n !== 0),
  };
};

const CONFIG = { timeout_seconds: 60 };

Deno.test("Durable Object: there is no alarm while nothing can expire", async () => {
  const fake = fakeStorage();
  const { store } = objectOn(fake);
  await store.enqueueRollout({ input: 1 });
  await store.enqueueRollout({ input: 2, config: CONFIG });
  await store.dequeueRollout();
  assertEquals(fake.alarm(), null);
  const before = Date.now();
  await store.dequeueRollout();
  const alarm = fake.alarm() ?? 0;
  assert(before + 10_000 <= alarm && alarm <= Date.now() + 10_000);
  await store.queryRollouts();
  assertEquals(fake.alarm(), alarm, "one that is set stays");
});

Deno.test("Durable Object: the alarm is set again until nothing can expire", async () => {
  const fake = fakeStorage();
  const { now, advance } = standingClock();
  const { store, alarm, found } = objectOn(fake, { clock: now });
  const { rollout_id } = await store.startRollout({ input: 1, config: CONFIG });
  fake.goOff();
  await alarm();
  assert(fake.alarm() !== null);
  assertEquals(found(), []);
  advance(61);
  fake.goOff();
  await alarm();
  assertEquals(found(), [1]);
  assertEquals(fake.alarm(), null);
  assertEquals((await store.getRolloutById({ rollout_id }))?.status, "failed");
});

Deno.test("Durable Object: an alarm that was set before the object ended is still its own", async () => {
  const fake = fakeStorage();
  const { now, advance } = standingClock();
  await objectOn(fake, { clock: now }).store.startRollout({ input: 1, config: CONFIG });
  const alarm = fake.alarm();
  const asked = objectOn(fake, { clock: now });
  await asked.store.queryRollouts();
  assertEquals(fake.alarm(), alarm);
  advance(61);
  fake.goOff();
  const woken = objectOn(fake, { clock: now });
  await woken.alarm();
  assertEquals(woken.found(), [1]);
});

Deno.test("Durable Object: there are no alarms where none are wanted", async () => {
  const fake = fakeStorage();
  const { store } = objectOn(fake, { scanIntervalSeconds: 0 });
  await store.startRollout({ input: 1, config: CONFIG });
  assertEquals(fake.alarm(), null);
});

Deno.test("Durable Object: a database of a newer version is left alone, and the platform is told", async () => {
  const { storage } = fakeStorage();
  const { store } = objectOn({ storage });
  await store.enqueueRollout({ input: 1 });
  storage.sql.exec("INSERT INTO lightning_store (version) VALUES (99)");
  const object = durableObject({ storage });
  const told = [StoreException, "schema version 99"] as const;
  await assertRejects(() => object.fetch(new Request("http://object/")), ...told);
  await assertRejects(() => object.alarm(), ...told);
});
