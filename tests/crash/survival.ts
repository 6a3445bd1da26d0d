/** What a file must hold after a crash: all that was acknowledged, and nothing by halves. */

import { DatabaseSync } from "node:sqlite";
import { assertEquals } from "@std/assert";
import type { AttemptStatus, PromiseStore, RolloutStatus } from "../../mod.ts";
import { type Acknowledged, type Batch, batchOfRollout, batchOfSpan } from "./acknowledged.ts";

/** Checks a file with SQLite's own means. */
export const assertIntact = (path: string): void => {
  const database = new DatabaseSync(path);
  try {
    const rows = database.prepare("PRAGMA integrity_check").all().map((row) => ({ ...row }));
    assertEquals(rows, [{ integrity_check: "ok" }]);
  } finally {
    database.close();
  }
};

/** Checks that a store holds all of the writes. */
export const assertHeld = async (
  store: PromiseStore,
  writes: readonly Acknowledged[],
): Promise<void> => {
  const lost: Acknowledged[] = [];
  for (const write of writes) {
    if (!await isHeld(store, write)) lost.push(write);
  }
  assertEquals(lost, []);
};

const isHeld = async (store: PromiseStore, write: Acknowledged): Promise<boolean> => {
  switch (write.write) {
    case "enqueue": {
      const rollout = await store.getRolloutById(write);
      return rollout !== null && batchOfRollout(rollout).batch === write.batch.batch;
    }
    case "claim": {
      const attempt = await attemptOf(store, write);
      return attempt?.sequence_id === write.sequence_id;
    }
    case "allocate":
      return await store.getNextSpanSequenceId({ ...write, attempt_id: "" }) > write.sequence_id;
    case "span": {
      const { rollout_id, attempt_id, span_id } = write;
      return (await store.querySpans({ rollout_id, attempt_id, span_id })).total === 1;
    }
    case "finish": {
      const attempt = await attemptOf(store, write);
      return attempt?.status === write.status && attempt.end_time !== null;
    }
    case "resources": {
      const found = await store.getResourcesById(write);
      return found !== null &&
        (found.version > write.version || found.resources["prompt"]?.template === write.serial)
    }
  }
};
