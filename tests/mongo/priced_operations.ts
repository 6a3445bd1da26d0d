/** Operations of a store on MongoDB, and the commands that each costs. */

import type { AddOtelSpan } from "../../mod.ts";
import { spanOf } from "../../src/testing/span_of.ts";
import type { Command, Monitored } from "./monitored.ts";

/** An operation with its price. */
export interface PricedOperation {
  readonly name: string;
  /** The commands, each with its collection, in order. */
  readonly costs: readonly string[];
  /** What `count_commands.py` calls the same operation of the Python store. */
  readonly upstream?: string;
  /** Makes everything ready; answers with the operation. */
  readonly ready: (it: Monitored) => Promise<() => Promise<unknown>>;
}

/** The name of a command and of its collection. */
export const nameOf = (command: Command): string => {
  const [name = "", collection] = Object.entries(command)[0] ?? [];
  return `${name} ${String(collection).replace("lightning_", "")}`;
};

/** A claimed rollout whose attempt runs. */
const running = async ({ store }: Monitored, worker_id: string | null = null) => {
  await store.enqueueRollout({ input: 1, resources_id: "rs-1" });
  const claimed = await store.dequeueRollout({ worker_id });
  if (claimed === null) throw new Error("nothing was claimed");
  const { rollout_id, attempt: { attempt_id } } = claimed;
  await store.updateAttempt({ rollout_id, attempt_id, status: "running" });
  return { rollout_id, attempt_id };
};

const enqueued = async ({ store }: Monitored, count: number): Promise<void> => {
  const rollout = { input: 1, resources_id: "rs-1" };
  await store.enqueueManyRollouts({ rollouts: Array.from({ length: count }, () => rollout) });
};

/** Stale entries of the queue. */
const cancelled = async (it: Monitored, count: number): Promise<void> => {
  await enqueued(it, count);
  const { items } = await it.store.queryRollouts({ status_in: ["queuing"], limit: count });
  await Promise.all(
    items.map(({ rollout_id }) => it.store.updateRollout({ rollout_id, status: "cancelled" })),
  );
};

/** What an OpenTelemetry SDK hands to an exporter. */
const OTEL_SPAN: AddOtelSpan["readable_span"] = {
  name: "step",
  spanContext: () => ({ traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 }),
  startTime: [1, 0],
  endTime: [2, 0],
  status: { code: 1 },
  attributes: {},
  events: [],
  links: [],
  resource: { attributes: {} },
};

/** What it takes to look at the next entries, to read what is to be claimed, and to write both. */
const PAST_STALE = ["find rollouts", "find rollouts", "update rollouts"] as const;

/** What it takes to meet the first of them one by one. */
const FEW_STALE = Array.from({ length: 3 }, () => "findAndModify rollouts");

/** One row for each operation whose price is promised. */
export const PRICED_OPERATIONS: readonly PricedOperation[] = [
  {
    name: "an enqueue that names its resources",
    costs: ["insert rollouts"],
    upstream: "enqueue_rollout: resources_id given",
    ready: ({ store }) =>
      Promise.resolve(() => store.enqueueRollout({ input: 1, resources_id: "rs-1" })),
  },
  {
    name: "an enqueue that takes the latest resources",
    costs: ["find resources", "insert rollouts"],
    upstream: "enqueue_rollout: resources_id not given",
    ready: ({ store }) => Promise.resolve(() => store.enqueueRollout({ input: 1 })),
  },
  {
    name: "an enqueue of 1,000",
    costs: ["insert rollouts"],
    ready: (it) => Promise.resolve(() => enqueued(it, 1000)),
  },
  {
    name: "a claim of one",
    costs: ["findAndModify rollouts"],
    upstream: "dequeue_rollout: hit, no worker_id",
    ready: async (it) => {
      await enqueued(it, 3);
      return () => it.store.dequeueRollout();
    },
  },
  {
    name: "a claim of one by a worker",
    costs: ["findAndModify rollouts", "update workers"],
    upstream: "dequeue_rollout: hit, worker_id",
    ready: async (it) => {
      await enqueued(it, 3);
      return () => it.store.dequeueRollout({ worker_id: "Worker-0" });
    },
  },
  {
    name: "a claim of 64",
    costs: ["find rollouts", "update rollouts"],
    ready: async (it) => {
      await enqueued(it, 70);
      return () => it.store.dequeueManyRollouts({ limit: 64 });
    },
  },
  {
    name: "a claim of 8 by a worker",
    costs: ["find rollouts", "update rollouts", "update workers"],
    upstream: "dequeue_many_rollouts: 8 of 8, worker_id",
    ready: async (it) => {
      await enqueued(it, 9);
      return () => it.store.dequeueManyRollouts({ limit: 8, worker_id: "Worker-0" });
    },
  },
  {
    name: "64 claims of 64 callers at once",
    costs: ["find rollouts", "update rollouts", "update workers"],
    ready: async (it) => {
      await enqueued(it, 70);
      return () =>
        Promise.all(
          Array.from(
            { length: 64 },
            (_, i) => it.store.dequeueRollout({ worker_id: `Worker-${i}` }),
          ),
        );
    },
  },
  {
    name: "a claim of one past one that was cancelled",
    costs: ["findAndModify rollouts", "findAndModify rollouts"],
    ready: async (it) => {
      await cancelled(it, 1);
      await enqueued(it, 3);
      return () => it.store.dequeueRollout();
    },
  },
  {
    name: "a claim of one past 200 that were cancelled",
    costs: [...FEW_STALE, ...PAST_STALE],
    ready: async (it) => {
      await cancelled(it, 200);
      await enqueued(it, 3);
      return () => it.store.dequeueRollout();
    },
  },
  {
    name: "a claim of one past 300 that were cancelled",
    costs: [...FEW_STALE, ...PAST_STALE, ...PAST_STALE],
    ready: async (it) => {
      await cancelled(it, 300);
      await enqueued(it, 3);
      return () => it.store.dequeueRollout();
    },
  },
  {
    name: "a claim of 8 past 200 that were cancelled",
    costs: ["find rollouts", "update rollouts", ...PAST_STALE],
    ready: async (it) => {
      await cancelled(it, 200);
      await enqueued(it, 9);
      return () => it.store.dequeueManyRollouts({ limit: 8 });
    },
  },
  {
    name: "an empty poll",
    costs: ["findAndModify rollouts"],
    upstream: "dequeue_rollout: empty, no worker_id",
    ready: ({ store }) => Promise.resolve(() => store.dequeueRollout()),
  },
  {
    name: "an empty poll by a worker",
    costs: ["findAndModify rollouts", "update workers"],
    upstream: "dequeue_rollout: empty, worker_id, worker idle",
    ready: ({ store }) => Promise.resolve(() => store.dequeueRollout({ worker_id: "Worker-0" })),
  },
  {
    name: "an update of a claimed attempt",
    costs: ["update rollouts"],
    ready: async (it) => {
      const attempt = await running(it);
      return () => it.store.updateAttempt({ ...attempt, status: "succeeded" });
    },
  },
  {
    name: "an update of a worker's claimed attempt",
    costs: ["update rollouts", "update workers"],
    upstream: "update_attempt: succeeded, worker known",
    ready: async (it) => {
      const attempt = await running(it, "Worker-0");
      return () => it.store.updateAttempt({ ...attempt, status: "succeeded" });
    },
  },
  {
    name: "a span that wants the next sequence id, with its heartbeat",
    costs: ["findAndModify counters", "insert spans", "update rollouts"],
    ready: async (it) => {
      const attempt = await running(it);
      return () => it.store.addOtelSpan({ ...attempt, readable_span: OTEL_SPAN });
    },
  },
  {
    name: "a span that brings its sequence id, with its heartbeat",
    costs: ["update counters", "insert spans", "update rollouts"],
    upstream: "add_span: attempt running",
    ready: async (it) => {
      const attempt = await running(it);
      return () => it.store.addSpan({ span: spanOf(attempt, "s-1") });
    },
  },
  {
    name: "100 spans of one attempt",
    costs: ["update counters", "insert spans", "update rollouts"],
    ready: async (it) => {
      const attempt = await running(it);
      const spans = Array.from({ length: 100 }, (_, i) => spanOf(attempt, `s-${i}`));
      return () => it.store.addManySpans({ spans });
    },
  },
  {
    name: "8 spans of one attempt",
    costs: ["update counters", "insert spans", "update rollouts"],
    upstream: "add_many_spans: 8 of one attempt",
    ready: async (it) => {
      const attempt = await running(it);
      const spans = Array.from({ length: 8 }, (_, i) => spanOf(attempt, `s-${i}`));
      return () => it.store.addManySpans({ spans });
    },
  },
  {
    name: "a sequence id",
    costs: ["findAndModify counters"],
    upstream: "get_next_span_sequence_id",
    ready: ({ store }) =>
      Promise.resolve(() =>
        store.getNextSpanSequenceId({ rollout_id: "ro-1", attempt_id: "at-1" })
      ),
  },
  {
    name: "a worker's report",
    costs: ["findAndModify workers"],
    upstream: "update_worker",
    ready: ({ store }) =>
      Promise.resolve(() =>
        store.updateWorker({ worker_id: "Worker-0", heartbeat_stats: { cpu: 1 } })
      ),
  },
  {
    name: "an attempt that another process claimed",
    costs: ["find rollouts", "update rollouts"],
    ready: async (it) => {
      await enqueued(it, 1);
      const [rollout] = (await it.store.queryRollouts()).items;
      if (rollout === undefined) throw new Error("nothing was stored");
      const { rollout_id } = rollout;
      return () => it.store.startAttempt({ rollout_id });
    },
  },
];
