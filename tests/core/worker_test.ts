import { assertEquals } from "@std/assert";
import {
  applyWorkerEffect,
  type AttemptEvent,
  effectOfReport,
  effectsOfClaim,
  effectsOn,
  EVENT_OF_STATUS,
  newWorker,
} from "../../src/core/worker.ts";
import type { Worker } from "../../src/model/worker.ts";
import { attemptWith } from "./records.ts";

const NOW = 500;

const attempt = attemptWith({ worker_id: "w1" });

const HOLDING = { current_rollout_id: "ro-1", current_attempt_id: "at-1" };

const ELSEWHERE = { current_rollout_id: "ro-2", current_attempt_id: "at-1" };

const FREE = { current_rollout_id: null, current_attempt_id: null };

const workerWith = (fields: Partial<Worker>): Worker => ({
  ...newWorker("w1"),
  heartbeat_stats: { load: 1 },
  last_heartbeat_time: 90,
  ...fields,
});

const BUSY = workerWith({ status: "busy", last_busy_time: 100, ...HOLDING });

const BUSY_ELSEWHERE = workerWith({ status: "busy", last_busy_time: 100, ...ELSEWHERE });

const IDLE = workerWith({ status: "idle", last_idle_time: 100 });

const after = (known: Worker | null, event: AttemptEvent): Worker | null =>
  effectsOn(attempt, event, NOW).reduce(applyWorkerEffect, known);

Deno.test("worker: what a status of its attempt is to it", () => {
  assertEquals(EVENT_OF_STATUS, {
    preparing: "given",
    running: "given",
    succeeded: "ended",
    failed: "ended",
    timeout: "lost",
    unresponsive: "lost",
  });
});

const TAKES = { status: "busy", last_busy_time: NOW, ...HOLDING } as const;

const IDLES = { status: "idle", last_idle_time: NOW, ...FREE } as const;

const LOSES = { status: "unknown", last_idle_time: NOW, ...FREE } as const;

/** Contract 3.6: what changes of a worker that is free, holds the attempt, or holds another one. */
const EFFECTS: Readonly<
  Record<AttemptEvent, Readonly<Record<"free" | "holding" | "elsewhere", Partial<Worker>>>>
> = {
  given: { free: TAKES, holding: TAKES, elsewhere: TAKES },
  claimed: {
    free: { ...TAKES, last_dequeue_time: NOW },
    holding: { ...TAKES, last_dequeue_time: NOW },
    elsewhere: { ...TAKES, last_dequeue_time: NOW },
  },
  // B-09; a worker is not taken off another attempt.
  revived: { free: TAKES, holding: TAKES, elsewhere: {} },
  // B-10
  ended: { free: IDLES, holding: IDLES, elsewhere: {} },
  lost: { free: LOSES, holding: LOSES, elsewhere: {} },
  // B-11
  released: { free: {}, holding: IDLES, elsewhere: {} },
};

for (const [event, { free, holding, elsewhere }] of Object.entries(EFFECTS)) {
  Deno.test(`worker: its attempt is ${event}`, () => {
    // The keys of the table are the events.
    const of = (known: Worker) => after(known, event as AttemptEvent);
    assertEquals(of(IDLE), { ...IDLE, ...free });
    assertEquals(of(BUSY), { ...BUSY, ...holding });
    assertEquals(of(BUSY_ELSEWHERE), { ...BUSY_ELSEWHERE, ...elsewhere });
  });
}

Deno.test("worker: an effect makes a missing worker, a release does not", () => {
  assertEquals(after(null, "given"), { ...newWorker("w1"), ...TAKES });
  assertEquals(after(null, "ended"), { ...newWorker("w1"), ...IDLES });
  assertEquals(after(null, "released"), null);
});

Deno.test("worker: an attempt without worker has no effect", () => {
  for (const worker_id of [null, ""]) {
    assertEquals(effectsOn(attemptWith({ worker_id }), "given", NOW), []);
    assertEquals(effectsOfClaim(worker_id, [], NOW), []);
  }
});

Deno.test("worker: a claim of several points at the last one", () => {
  const last = attemptWith({ attempt_id: "at-2", worker_id: "w1" });
  const claimed = effectsOfClaim("w1", [{ attempt }, { attempt: last }], NOW)
    .reduce(applyWorkerEffect, IDLE);
  assertEquals(claimed, {
    ...IDLE,
    ...TAKES,
    current_attempt_id: "at-2",
    last_dequeue_time: NOW,
  });
});

Deno.test("worker: an empty claim idles it and frees it of its attempt, once", () => {
  const poll = (known: Worker | null, at: number) =>
    effectsOfClaim("w1", [], at).reduce(applyWorkerEffect, known);
  assertEquals(poll(BUSY, NOW), { ...BUSY, ...IDLES, last_dequeue_time: NOW });
  assertEquals(poll(IDLE, NOW), { ...IDLE, last_dequeue_time: NOW });
  const first = poll(null, 400);
  assertEquals(first, {
    ...newWorker("w1"),
    ...IDLES,
    last_idle_time: 400,
    last_dequeue_time: 400,
  });
  assertEquals(poll(first, NOW), first && { ...first, last_dequeue_time: NOW });
});

Deno.test("worker: a report touches the heartbeat alone, and keeps stats that it does not bring", () => {
  const report = (known: Worker | null, stats?: { readonly load: number }) =>
    applyWorkerEffect(known, effectOfReport("w1", stats, NOW));
  assertEquals(report(BUSY, { load: 2 }), {
    ...BUSY,
    heartbeat_stats: { load: 2 },
    last_heartbeat_time: NOW,
  });
  assertEquals(report(BUSY), { ...BUSY, last_heartbeat_time: NOW });
  assertEquals(report(null), { ...newWorker("w1"), last_heartbeat_time: NOW });
});
