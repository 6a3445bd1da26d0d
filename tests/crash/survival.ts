/** What a file holds after a crash: all that was acknowledged, and nothing by halves. */

import { DatabaseSync } from "node:sqlite";
import { assertArrayIncludes, assertEquals } from "@std/assert";
import {
  type AttemptedRollout,
  type AttemptStatus,
  openStore,
  type PromiseStore,
  type Rollout,
  type RolloutStatus,
} from "../../mod.ts";
import { type Acknowledged, type Batch, batchOfRollout, batchOfSpan } from "./acknowledged.ts";

/** The rollouts of a file. */
export interface Kept {
  /** How many there are. */
  readonly total: number;
  /** How often each batch of those that were not known is there. */
  readonly copies: ReadonlyMap<string, number>;
}

/**
 * Checks the file that a process has left against what was told of it. Of the file's rollouts,
 * `known` were there before.
 */
export const assertSurvival = async (
  path: string,
  writes: readonly Acknowledged[],
  known: number,
): Promise<Kept> => {
  const store = await openStore(`sqlite:${path}`);
  try {
    assertIntact(path);
    const lost: Acknowledged[] = [];
    for (const write of writes) {
      if (!await isHeld(store, write)) lost.push(write);
    }
    assertEquals(lost, []);
    const added = await store.queryRollouts({ offset: known });
    const batches = added.items.map(batchOfRollout);
    assertEquals(torn(batches), []);
    const moved = await store.queryRollouts({
      status_in: ["queuing", "requeuing", "preparing", "running"],
      rollout_id_in: claimedOf(writes),
      filter_logic: "or",
    });
    for (const rollout of moved.items) await assertWhole(store, rollout);
    return { total: added.total, copies: copiesOf(batches) };
  } finally {
    await store.close();
  }
};

/** Checks that no two writes were given what only one may have. */
export const assertExclusive = (writes: readonly Acknowledged[]): void => {
  const given = writes.flatMap((it) =>
    it.write === "claim" || it.write === "allocate"
      ? [`${it.write} ${it.rollout_id} ${it.sequence_id}`]
      : []
  );
  assertEquals([...counts(given)].filter(([, count]) => count > 1), []);
};

/** How often each word occurs. */
export const counts = (words: readonly string[]): ReadonlyMap<string, number> => {
  const found = new Map<string, number>();
  for (const word of words) found.set(word, (found.get(word) ?? 0) + 1);
  return found;
};

const claimedOf = (writes: readonly Acknowledged[]): readonly string[] =>
  writes.flatMap((it) => it.write === "claim" ? [it.rollout_id] : []);

/** SQLite's own judgment, by a second connection. */
const assertIntact = (path: string): void => {
  using database = new DatabaseSync(path);
  const rows = database.prepare("PRAGMA integrity_check").all();
  assertEquals(rows.map((row) => row["integrity_check"]), ["ok"]);
};

const isHeld = async (store: PromiseStore, write: Acknowledged): Promise<boolean> => {
  switch (write.write) {
    case "enqueue": {
      const rollout = await store.getRolloutById(write);
      return rollout !== null && batchOfRollout(rollout).batch === write.batch.batch;
    }
    case "claim":
      return (await attemptOf(store, write))?.sequence_id === write.sequence_id;
    case "allocate":
      return await store.getNextSpanSequenceId({ ...write, attempt_id: "" }) > write.sequence_id;
    case "span": {
      const { rollout_id, attempt_id, span_id } = write;
      return (await store.querySpans({ rollout_id, attempt_id, span_id })).total === 1;
    }
    case "finish":
      return (await attemptOf(store, write))?.status === write.status;
    case "resources": {
      const found = await store.getResourcesById(write);
      const prompt = found?.resources["prompt"];
      return found !== null && prompt?.resource_type === "prompt_template" &&
        (found.version > write.version || prompt.template === String(write.serial));
    }
  }
};

const attemptOf = async (
  store: PromiseStore,
  { rollout_id, attempt_id }: { readonly rollout_id: string; readonly attempt_id: string },
) => (await store.queryAttempts({ rollout_id })).items.find((it) => it.attempt_id === attempt_id);

/** Checks that each call that touched a rollout happened wholly or not at all. */
const assertWhole = async (
  store: PromiseStore,
  rollout: Rollout | AttemptedRollout,
): Promise<void> => {
  const { items } = await store.querySpans(rollout);
  assertEquals(torn(items.map(batchOfSpan)), [], rollout.rollout_id);
  const expected = "attempt" in rollout ? AFTER[rollout.attempt.status] : UNTRIED;
  assertArrayIncludes(expected, [rollout.status], rollout.rollout_id);
};

/** The batches of which some items are missing. */
const torn = (items: readonly Batch[]): readonly string[] =>
  [...copiesOf(items)].filter(([, copies]) => !Number.isInteger(copies)).map(([batch]) => batch);

/** How often each batch is there; half of one is there half a time. */
const copiesOf = (items: readonly Batch[]): ReadonlyMap<string, number> => {
  const found = counts(items.map(({ batch }) => batch));
  return new Map(items.map(({ batch, of }) => [batch, (found.get(batch) ?? 0) / of]));
};

const UNTRIED: readonly RolloutStatus[] = ["queuing"];

/** What a rollout can be, where nothing but its latest attempt has moved it. */
const AFTER: Readonly<Record<AttemptStatus, readonly RolloutStatus[]>> = {
  preparing: ["preparing"],
  running: ["running"],
  succeeded: ["succeeded"],
  failed: ["failed", "requeuing"],
  timeout: ["failed", "requeuing"],
  unresponsive: ["failed", "requeuing"],
};
