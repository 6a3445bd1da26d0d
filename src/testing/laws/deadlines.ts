/** Law 6: what is overdue. */

import type { Backend } from "../../backend.ts";
import { assertEquals } from "../../deps/assert.ts";
import { spanOf } from "../span_of.ts";
import type { Law } from "./law.ts";
import {
  attemptChange,
  lookAtOverdue,
  newAttempt,
  overdueIds,
  queued,
  rolloutChange,
  valueOf,
  wish,
} from "./records.ts";

const IDS = { rollout_id: "ro-a", attempt_id: "at-a" } as const;

const LIMITS = { timeout_seconds: 100, unresponsive_seconds: 50 } as const;

/** Something that happens to a rollout with {@linkcode LIMITS} whose attempt began at 0. */
interface Turn {
  readonly what: string;
  readonly happens: (backend: Backend) => Promise<unknown>;
  /** The last instant at which the rollout is not overdue; null if it never is. */
  readonly deadline: number | null;
}

const configured = (fields: Partial<Record<keyof typeof LIMITS, number | null>>) =>
  rolloutChange("ro-a", {
    config: {
      timeout_seconds: null,
      unresponsive_seconds: null,
      max_attempts: 1,
      retry_condition: [],
      ...fields,
    },
  }, 10);

const TURNS: readonly Turn[] = [
  { what: "silence", happens: () => Promise.resolve(), deadline: 50 },
  {
    what: "a span",
    happens: (it) => it.addSpans([{ spans: [spanOf(IDS, "s-1")], now: 30 }]),
    deadline: 80,
  },
  {
    what: "a late span, beyond which the timeout counts",
    happens: (it) => it.addSpans([{ spans: [spanOf(IDS, "s-1")], now: 50 }]),
    deadline: 100,
  },
  {
    what: "a heartbeat by hand",
    happens: (it) => it.change([attemptChange("ro-a", "at-a", { last_heartbeat_time: 40 }, 40)]),
    deadline: 90,
  },
  {
    what: "a heartbeat that is set back",
    happens: (it) => it.change([attemptChange("ro-a", "at-a", { last_heartbeat_time: -20 }, 10)]),
    deadline: 30,
  },
  {
    what: "a span, and a heartbeat that is set back",
    happens: async (it) => {
      await it.addSpans([{ spans: [spanOf(IDS, "s-1")], now: 30 }]);
      await it.change([attemptChange("ro-a", "at-a", { last_heartbeat_time: 5 }, 31)]);
    },
    deadline: 55,
  },
  {
    what: "a shorter timeout",
    happens: (it) => it.change([configured({ timeout_seconds: 20 })]),
    deadline: 20,
  },
  {
    what: "a timeout that has passed already",
    happens: (it) => it.change([configured({ timeout_seconds: 5 })]),
    deadline: 5,
  },
  {
    what: "a longer timeout",
    happens: (it) => it.change([configured({ timeout_seconds: 1000 })]),
    deadline: 1000,
  },
  {
    what: "a shorter timeout, and a longer one",
    happens: (it) =>
      it.change([configured({ timeout_seconds: 20 }), configured({ timeout_seconds: 70 })]),
    deadline: 70,
  },
  { what: "no limits any more", happens: (it) => it.change([configured({})]), deadline: null },
  {
    what: "another attempt",
    happens: (it) => it.change([newAttempt("ro-a", "at-b", 20)]),
    deadline: 70,
  },
  {
    what: "a span of an attempt that is not the latest",
    happens: async (it) => {
      await it.change([newAttempt("ro-a", "at-b", 20)]);
      await it.addSpans([{ spans: [spanOf(IDS, "s-1")], now: 30 }]);
    },
    deadline: 70,
  },
  {
    what: "success",
    happens: (it) => it.change([attemptChange("ro-a", "at-a", { status: "succeeded" }, 10)]),
    deadline: null,
  },
  {
    what: "a cancellation",
    happens: (it) => it.change([rolloutChange("ro-a", { status: "cancelled" }, 10)]),
    deadline: null,
  },
  {
    what: "a return to the queue",
    happens: (it) => it.change([rolloutChange("ro-a", { status: "requeuing" }, 10)]),
    deadline: null,
  },
  {
    what: "a return to the queue, and a claim",
    happens: async (it) => {
      await it.change([rolloutChange("ro-a", { status: "requeuing" }, 10)]);
      await it.claim([wish(1, "w", ["at-b"], 15)]);
    },
    deadline: 65,
  },
  {
    what: "a cancellation, and a second life",
    happens: (it) =>
      it.change([
        rolloutChange("ro-a", { status: "cancelled" }, 10),
        rolloutChange("ro-a", { status: "running" }, 11),
      ]),
    deadline: 50,
  },
];

/** The instants at which the watchdog looks: once when it is due, or several times before as well. */
const LOOKS: readonly { readonly when: string; readonly before: readonly number[] }[] = [
  { when: "at once", before: [] },
  { when: "after many looks", before: [-1000, -20, -1, -1e-3] },
];

/** A backend with one rollout, claimed at 0. */
const claimedAtZero = async (backend: Backend): Promise<Backend> => {
  await backend.insert([[queued("ro-a", LIMITS)]]);
  valueOf((await backend.claim([wish(1, "w", ["at-a"], 0)]))[0]);
  return backend;
};

/** The status of the latest attempt. */
const statusOf = async (backend: Backend) => valueOf(await backend.latestAttempt("ro-a"))?.status;

const isExpired = (status: string | undefined): boolean =>
  status === "timeout" || status === "unresponsive";

const turnLaw =
  ({ what, happens, deadline }: Turn) => ({ when, before }: typeof LOOKS[number]): Law => ({
    name: `6: overdue after ${what}, ${when}`,
    run: async (open) => {
      const [backend] = await open();
      await happens(await claimedAtZero(backend));
      for (const offset of [...before, 0]) {
        const now = (deadline ?? 1e6) + offset;
        await lookAtOverdue(backend, now);
        assertEquals(isExpired(await statusOf(backend)), false, `expired at ${now}`);
        assertEquals(await overdueIds(backend, now), [], `not settled at ${now}`);
      }
      if (deadline === null) return;
      const due = deadline + 1e-3;
      assertEquals(await lookAtOverdue(backend, due), ["ro-a"]);
      assertEquals(isExpired(await statusOf(backend)), true, `not expired at ${due}`);
      assertEquals(await overdueIds(backend, 1e9), []);
    },
  });

export const deadlines: readonly Law[] = [
  ...TURNS.flatMap((turn) => LOOKS.map(turnLaw(turn))),
  {
    name: "6: what is below every number is overdue too",
    run: async (open) => {
      const [backend] = await open();
      await claimedAtZero(backend);
      const least = -Number.MAX_VALUE;
      await backend.change([
        attemptChange("ro-a", "at-a", { last_heartbeat_time: least }, 10),
        configured({ unresponsive_seconds: least }),
      ]);
      assertEquals(await lookAtOverdue(backend, 10), ["ro-a"]);
      assertEquals(await statusOf(backend), "unresponsive");
      assertEquals(await overdueIds(backend, 10), []);
    },
  },
  {
    name: "6: overdue finds the most overdue first, up to its limit, and again until it is settled",
    run: async (open) => {
      const [backend] = await open();
      const limits = { "ro-a": 30, "ro-b": 10, "ro-c": 20, "ro-d": 40 };
      await backend.insert(
        Object.entries(limits).map(([id, timeout_seconds]) => [queued(id, { timeout_seconds })]),
      );
      await backend.claim([wish(4, "w", [], 0)]);
      const overdue = async (now: number, limit: number) =>
        valueOf(await backend.overdue(now, limit));
      assertEquals(await overdue(10, 10), []);
      assertEquals(await overdue(35, 2), ["ro-b", "ro-c"]);
      assertEquals(await overdue(35, 2), ["ro-b", "ro-c"]);
      assertEquals(await overdue(35, 10), ["ro-b", "ro-c", "ro-a"]);
      assertEquals(await lookAtOverdue(backend, 35), ["ro-b", "ro-c", "ro-a"]);
      assertEquals(await overdue(35, 10), []);
      assertEquals(await overdue(41, 10), ["ro-d"]);
    },
  },
];
