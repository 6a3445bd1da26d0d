/** Which attempts there are: here, and in agent-lightning's store. */

import { groupBy } from "../../../deps/grouping.ts";
import type { Collections } from "../collections.ts";
import { keysOf } from "../documents.ts";
import { surviving } from "../failing.ts";
import type { UpstreamCollections, UpstreamDocument } from "./documents.ts";

/** The ids of the attempts of each rollout that there is. */
export type AttemptIndex = ReadonlyMap<string, ReadonlySet<string>>;

/** Looks for rollouts of the target. */
export const targetAttempts = (
  { rollouts }: Pick<Collections, "rollouts">,
  partition: string,
) =>
async (rollout_ids: readonly string[]): Promise<AttemptIndex> => {
  const key = keysOf(partition);
  const found = await surviving(() =>
    rollouts.find({ partition, _id: { $in: rollout_ids.map((id) => key(id)._id) } }, {
      projection: { rollout_id: 1, "attempt.attempt_id": 1, "earlier.attempt_id": 1 },
    }).toArray()
  );
  return new Map(
    found.map(({ rollout_id, attempt, earlier }) => [
      rollout_id,
      new Set([attempt, ...earlier].flatMap((it) => it?.attempt_id ?? [])),
    ]),
  );
};

/** Looks for rollouts of the source. */
export const sourceAttempts = (
  { rollouts, attempts }: Pick<UpstreamCollections, "rollouts" | "attempts">,
  partition: string,
) =>
async (rollout_ids: readonly string[]): Promise<AttemptIndex> => {
  const among = { partition_id: partition, rollout_id: { $in: rollout_ids } };
  const [stored, tries] = await Promise.all([
    surviving(() => rollouts.find(among, { projection: { rollout_id: 1 } }).toArray()),
    surviving(() =>
      attempts.find(among, { projection: { rollout_id: 1, attempt_id: 1 } }).toArray()
    ),
  ]);
  const index = new Map(stored.map(({ rollout_id }) => [String(rollout_id), new Set<string>()]));
  for (const { rollout_id, attempt_id } of tries) {
    index.get(String(rollout_id))?.add(String(attempt_id));
  }
  return index;
};

/** The attempts of the source's rollouts, each one's in the order of their insertion. */
export const attemptsByRollout = async (
  { attempts }: Pick<UpstreamCollections, "attempts">,
  partition: string,
  rollout_ids: readonly string[],
): Promise<ReadonlyMap<unknown, readonly UpstreamDocument[]>> => {
  const found = await surviving(() =>
    attempts.find({ partition_id: partition, rollout_id: { $in: rollout_ids } }).toArray()
  );
  const sorted = found
    .map((document) => ({ document, id: String(document._id) }))
    .toSorted((a, b) => a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
    .map(({ document }) => document);
  return groupBy(sorted, ({ rollout_id }) => rollout_id);
};
