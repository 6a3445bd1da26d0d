/** How many commands each operation costs. */

import { assertEquals } from "@std/assert";
import type { AddOtelSpan } from "../../mod.ts";
import { spanOf } from "../../src/testing/span_of.ts";
import { mongoTest } from "../mongo_server/needs_mongo.ts";
import { type Command, type Monitored, monitored } from "./monitored.ts";

/** The name of a command and of its collection. */
const nameOf = (command: Command): string => {
  const [name = "", collection] = Object.entries(command)[0] ?? [];
  return `${name} ${String(collection).replace("lightning_", "")}`;
};

const costs = (
  name: string,
  expected: readonly string[],
  run: (it: Monitored) => Promise<() => Promise<unknown>>,
): void =>
  mongoTest(`mongo: ${name} costs ${expected.length}: ${expected.join(", ")}`, async () => {
    await using it = await monitored();
    const operation = await run(it);
    assertEquals((await it.commandsOf(operation)).map(nameOf), expected);
  });

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

costs(
  "an enqueue that names its resources",
  ["insert rollouts"],
  ({ store }) => Promise.resolve(() => store.enqueueRollout({ input: 1, resources_id: "rs-1" })),
);

costs(
  "an enqueue that takes the latest resources",
  ["find resources", "insert rollouts"],
  ({ store }) => Promise.resolve(() => store.enqueueRollout({ input: 1 })),
);

costs(
  "an enqueue of 1,000",
  ["insert rollouts"],
  (it) => Promise.resolve(() => enqueued(it, 1000)),
);

costs("a claim of one", ["findAndModify rollouts"], async (it) => {
  await enqueued(it, 3);
  return () => it.store.dequeueRollout();
});

costs(
  "a claim of one by a worker",
  ["findAndModify rollouts", "update workers"],
  async (it) => {
    await enqueued(it, 3);
    return () => it.store.dequeueRollout({ worker_id: "Worker-0" });
  },
);

costs("a claim of 64", ["find rollouts", "update rollouts"], async (it) => {
  await enqueued(it, 70);
  return () => it.store.dequeueManyRollouts({ limit: 64 });
});

costs(
  "64 claims of 64 callers at once",
  ["find rollouts", "update rollouts", "update workers"],
  async (it) => {
    await enqueued(it, 70);
    return () =>
      Promise.all(
        Array.from(
          { length: 64 },
          (_, i) => it.store.dequeueRollout({ worker_id: `Worker-${i}` }),
        ),
      );
  },
);

costs(
  "an empty poll",
  ["findAndModify rollouts"],
  ({ store }) => Promise.resolve(() => store.dequeueRollout()),
);

costs(
  "an empty poll by a worker",
  ["findAndModify rollouts", "update workers"],
  ({ store }) => Promise.resolve(() => store.dequeueRollout({ worker_id: "Worker-0" })),
);

costs("an update of a claimed attempt", ["update rollouts"], async (it) => {
  const attempt = await running(it);
  return () => it.store.updateAttempt({ ...attempt, status: "succeeded" });
});

costs(
  "an update of a worker's claimed attempt",
  ["update rollouts", "update workers"],
  async (it) => {
    const attempt = await running(it, "Worker-0");
    return () => it.store.updateAttempt({ ...attempt, status: "succeeded" });
  },
);

costs(
  "a span that wants the next sequence id, with its heartbeat",
  ["findAndModify counters", "insert spans", "update rollouts"],
  async (it) => {
    const attempt = await running(it);
    return () => it.store.addOtelSpan({ ...attempt, readable_span: OTEL_SPAN });
  },
);

costs(
  "a span that brings its sequence id, with its heartbeat",
  ["update counters", "insert spans", "update rollouts"],
  async (it) => {
    const attempt = await running(it);
    return () => it.store.addSpan({ span: spanOf(attempt, "s-1") });
  },
);

costs(
  "100 spans of one attempt",
  ["update counters", "insert spans", "update rollouts"],
  async (it) => {
    const attempt = await running(it);
    const spans = Array.from({ length: 100 }, (_, i) => spanOf(attempt, `s-${i}`));
    return () => it.store.addManySpans({ spans });
  },
);

costs(
  "a sequence id",
  ["findAndModify counters"],
  ({ store }) =>
    Promise.resolve(() => store.getNextSpanSequenceId({ rollout_id: "ro-1", attempt_id: "at-1" })),
);

costs(
  "a worker's report",
  ["findAndModify workers"],
  ({ store }) =>
    Promise.resolve(() =>
      store.updateWorker({ worker_id: "Worker-0", heartbeat_stats: { cpu: 1 } })
    ),
);

costs(
  "an attempt that another process claimed",
  ["find rollouts", "update rollouts"],
  async (it) => {
    await enqueued(it, 1);
    const [rollout] = (await it.store.queryRollouts()).items;
    if (rollout === undefined) throw new Error("nothing was stored");
    const { rollout_id } = rollout;
    return () => it.store.startAttempt({ rollout_id });
  },
);

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
