/** What the real Python store wrote, after it was brought over. */

import { assertEquals } from "@std/assert";
import { importUpstream, openStore } from "../../mod.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import { run } from "../python_environment.ts";
import { upstreamPython } from "./python.ts";

interface Named {
  readonly rollout_id: string;
}

mongoTest("importUpstream: the history of the Python store comes over, once", async () => {
  const uri = await freshDatabase("replica set");
  const script = new URL("write_upstream.py", import.meta.url).pathname;
  const server = uri.slice(0, uri.lastIndexOf("/") + 1);
  const database = `${uri.slice(server.length)}_upstream`;
  const python = await upstreamPython();
  const oracle = JSON.parse(await run(python, ["-B", script, server, database, "pt-a"]));
  const options = {
    source: { uri: server, database, partition: "pt-a" },
    target: { uri, partition: "p" },
  };
  const rollouts = oracle.rollouts.length;
  for (
    const [dryRun, imported, present] of [
      [true, rollouts, 0],
      [false, rollouts, 0],
      [false, 0, rollouts],
    ] as const
  ) {
    const report = await importUpstream({ ...options, dryRun })();
    if (report._tag === "Left") throw new Error(report.left.message);
    const { found, skipped } = report.right.rollouts;
    assertEquals([found, skipped], [rollouts, 0]);
    assertEquals([report.right.rollouts.imported, report.right.rollouts.present], [
      imported,
      present,
    ]);
  }

  const store = await openStore(uri, { mongo: { partition: "p" }, scanDebounceSeconds: 1e9 });
  const byId = (a: Named, b: Named) => a.rollout_id < b.rollout_id ? -1 : 1;
  const { items } = await store.queryRollouts();
  assertEquals(items.toSorted(byId), oracle.rollouts.toSorted(byId));
  for (const { rollout_id } of items) {
    const attempts = await store.queryAttempts({ rollout_id });
    assertEquals(attempts.items, oracle.attempts[rollout_id]);
    const spans = await store.querySpans({ rollout_id });
    assertEquals(
      new Set(spans.items.map((span) => JSON.stringify(sorted(span)))),
      new Set(
        oracle.spans[rollout_id].map(({ partition_id: _, ...span }: Record<string, unknown>) =>
          JSON.stringify(sorted(span))
        ),
      ),
    );
    const next = await store.getNextSpanSequenceId({ rollout_id, attempt_id: "" });
    assertEquals(next, Math.max(0, oracle.span_counters[rollout_id] ?? 0) + 1);
  }
  assertEquals((await store.getLatestResources())?.resources_id, oracle.latest_resources_id);
  assertEquals((await store.queryWorkers()).total, oracle.workers.length);
  const claimed = await store.dequeueManyRollouts({ limit: 100 });
  assertEquals(
    claimed.slice(0, oracle.dequeue_order.length).map(({ rollout_id }) => rollout_id),
    oracle.dequeue_order,
  );
  await store.close();
});

/** A value whose keys stand in order, everywhere. */
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === "object" && value !== null
    ? Object.fromEntries(
      Object.entries(value).toSorted(([a], [b]) => a < b ? -1 : 1)
        .map(([key, item]) => [key, sorted(item)]),
    )
    : value;
