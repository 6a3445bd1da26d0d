/** Law 7, and the order of what is asked for by its ids. */

import type { Backend } from "../../backend.ts";
import type { FieldKind, SortValue } from "../../core/selection.ts";
import { assertEquals } from "../../deps/assert.ts";
import { spanOf } from "../span_of.ts";
import type { Law } from "./law.ts";
import { peopled } from "./peopled.ts";
import {
  attemptChange,
  EVERYTHING,
  newAttempt,
  queued,
  rolloutChange,
  started,
  storedIds,
  valueOf,
} from "./records.ts";

const report = (worker_id: string, at: number) =>
  ({ worker_id, when: { is: "always" }, set: { last_heartbeat_time: at } }) as const;

const put = (resources_id: string) => ({ resources_id, resources: {}, now: 1, fresh: false });

/** The ids of everything, each kind in the order in which it is listed. */
const listings = async (backend: Backend): Promise<unknown> => {
  const { items: attempts } = valueOf(await backend.queryAttempts("ro-b", EVERYTHING));
  const { items: spans } = valueOf(await backend.querySpans("ro-b", null, EVERYTHING));
  const { items: workers } = valueOf(await backend.queryWorkers(EVERYTHING));
  const { items: resources } = valueOf(await backend.queryResources(EVERYTHING));
  return {
    rollouts: await storedIds(backend),
    attempts: attempts.map(({ attempt_id }) => attempt_id),
    spans: spans.map(({ span_id }) => span_id),
    workers: workers.map(({ worker_id }) => worker_id),
    resources: resources.map(({ resources_id }) => resources_id),
  };
};

export const listing: readonly Law[] = [
  {
    name: "7: records are listed in the order of insertion, which updates do not change",
    run: async (open) => {
      const [backend] = await open();
      await backend.insert([[queued("ro-c"), queued("ro-b")], [started("ro-a", "at-a", "w-z")]]);
      await backend.change([newAttempt("ro-b", "at-b"), newAttempt("ro-b", "at-a")]);
      const span = (attempt_id: string, span_id: string, sequence_id: number) => ({
        spans: [spanOf({ rollout_id: "ro-b", attempt_id }, span_id, { sequence_id })],
        now: 4,
      });
      await backend.addSpans([
        span("at-a", "s-c", 9),
        span("at-b", "s-b", 8),
        span("at-a", "s-a", 7),
      ]);
      await backend.affect([report("w-y", 1), report("w-x", 1)]);
      await backend.putResources([put("rs-b"), put("rs-a")]);
      const before = await listings(backend);
      assertEquals(before, {
        rollouts: ["ro-c", "ro-b", "ro-a"],
        attempts: ["at-b", "at-a"],
        spans: ["s-c", "s-b", "s-a"],
        workers: ["w-z", "w-y", "w-x"],
        resources: ["rs-b", "rs-a"],
      });
      await backend.change([
        rolloutChange("ro-c", { status: "failed", input: 1, metadata: { a: 1 } }),
        rolloutChange("ro-c", { status: "queuing" }),
        attemptChange("ro-b", "at-b", { status: "succeeded", metadata: {} }),
      ]);
      await backend.addSpans([span("at-a", "s-c", 1)]);
      await backend.affect([report("w-z", 2), report("w-y", 2)]);
      await backend.putResources([put("rs-b")]);
      assertEquals(await listings(backend), before);
    },
  },
  {
    name: "7: the order of insertion decides ties, whichever way a listing is sorted",
    run: async (open) => {
      const [backend] = await open();
      await backend.insert([["ro-c", "ro-a", "ro-b"].map((id) => queued(id))]);
      for (const descending of [false, true]) {
        const order = { value: { path: ["status"] }, descending, kind: "text" } as const;
        const { items } = valueOf(await backend.queryRollouts({ ...EVERYTHING, order }));
        assertEquals(items.map(({ rollout_id }) => rollout_id), ["ro-c", "ro-a", "ro-b"]);
      }
    },
  },
  {
    name: "rollouts are sorted by their latest attempt and by how long they took",
    run: async (open) => {
      const [backend] = await open();
      await backend.insert([[
        started("ro-b", "at-b", "w-1"),
        queued("ro-none"),
        started("ro-a", "at-a", "w-2"),
      ]]);
      await backend.change([
        newAttempt("ro-b", "at-c"),
        rolloutChange("ro-a", { status: "failed" }, 9),
        rolloutChange("ro-b", { status: "failed" }),
      ]);
      const sorted = async (value: SortValue, kind: FieldKind, descending = false) => {
        const order = { value, kind, descending };
        const { items } = valueOf(await backend.queryRollouts({ ...EVERYTHING, order }));
        return items.map(({ rollout_id }) => rollout_id);
      };
      const attempt: SortValue = { path: ["attempt", "attempt_id"] };
      assertEquals(await sorted(attempt, "text"), ["ro-none", "ro-a", "ro-b"]);
      assertEquals(await sorted(attempt, "text", true), ["ro-b", "ro-a", "ro-none"]);
      const duration: SortValue = { since: "start_time", until: "end_time" };
      assertEquals(await sorted(duration, "time"), ["ro-b", "ro-a", "ro-none"]);
      assertEquals(await sorted(duration, "time", true), ["ro-none", "ro-a", "ro-b"]);
    },
  },
  {
    name: "spans are sorted by the code of their status",
    run: async (open) => {
      const [backend] = await open();
      await backend.insert([[started("ro-a", "at-a", "w-1")]]);
      const codes = ["OK", "ERROR", "UNSET"] as const;
      await backend.addSpans(codes.map((status_code, i) => ({
        spans: [
          spanOf({ rollout_id: "ro-a", attempt_id: "at-a" }, `s-${i}`, {
            status: { status_code, description: null },
          }),
        ],
        now: 4,
      })));
      const order = { value: { path: ["status", "status_code"] }, kind: "text" } as const;
      const sorted = async (descending: boolean) => {
        const selection = { ...EVERYTHING, order: { ...order, descending } };
        const { items } = valueOf(await backend.querySpans("ro-a", null, selection));
        return items.map(({ status }) => status.status_code);
      };
      assertEquals(await sorted(false), ["ERROR", "OK", "UNSET"]);
      assertEquals(await sorted(true), ["UNSET", "OK", "ERROR"]);
    },
  },
  {
    name: "what is asked for by ids comes in the order of the ids, null for what is unknown",
    run: async (open) => {
      const [backend] = await open();
      await peopled(backend);
      const ids = ["ro-live", "ro-none", "ro-c", "ro-live"];
      assertEquals(valueOf(await backend.statuses(ids)), [
        "running",
        null,
        "requeuing",
        "running",
      ]);
      const rollouts = valueOf(await backend.rollouts(ids));
      assertEquals(rollouts.map((it) => it?.rollout_id), [
        "ro-live",
        undefined,
        "ro-c",
        "ro-live",
      ]);
      assertEquals(valueOf(await backend.statuses([])), []);
      assertEquals(valueOf(await backend.rollouts([])), []);
    },
  },
  {
    name: "statistics count what is stored",
    run: async (open) => {
      const [backend] = await open();
      const totals = async () => {
        const it = valueOf(await backend.statistics());
        const { total_rollouts, total_attempts, total_spans, total_resources, total_workers } = it;
        return [total_rollouts, total_attempts, total_spans, total_resources, total_workers];
      };
      assertEquals(await totals(), [0, 0, 0, 0, 0]);
      await peopled(backend);
      assertEquals(await totals(), [5, 3, 1, 1, 1]);
    },
  },
  {
    name: "a rollout without attempt has no attempt, and nobody is latest of nothing",
    run: async (open) => {
      const [backend] = await open();
      await backend.insert([[queued("ro-a")]]);
      const [rollout] = valueOf(await backend.rollouts(["ro-a"]));
      assertEquals(Object.hasOwn(Object(rollout), "attempt"), false);
      for (const id of ["ro-a", "ro-none"]) {
        assertEquals(valueOf(await backend.latestAttempt(id)), null);
        assertEquals(valueOf(await backend.queryAttempts(id, EVERYTHING)).items, []);
        assertEquals(valueOf(await backend.querySpans(id, "latest", EVERYTHING)).items, []);
      }
      assertEquals(valueOf(await backend.worker("w-none")), null);
      assertEquals(valueOf(await backend.resources("rs-none")), null);
      assertEquals(valueOf(await backend.latestResources()), null);
    },
  },
];
