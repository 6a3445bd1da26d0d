/** The places that imported rollouts get in the queue. */

import { isQueued, QUEUE_STATUSES } from "../../../core/status.ts";
import { E } from "../../../deps/fp.ts";
import { Float } from "../../../model/codec.ts";
import type { RolloutStatus } from "../../../model/rollout.ts";
import { numbering, readEntry } from "./convert.ts";
import { nameOf, type UpstreamCollections } from "./documents.ts";
import type { Reading } from "./reading.ts";
import type { Tally } from "./report.ts";

/** Who stands where. */
export interface Places {
  /** The place of a rollout; null where it has none. */
  readonly of: (rollout_id: string, status: RolloutStatus) => number | null;
  /** Whether an entry of the queue says so. */
  readonly hasEntry: (rollout_id: string) => boolean;
  /** The rollouts with an entry. */
  readonly entries: () => Iterable<string>;
}

/**
 * Reads the queue: of the entries that nobody has taken, the first one of each rollout counts, stale
 * or not. A rollout that waits without an entry was taken by a process that ended before it made the
 * attempt (B-31); these go to the end, the oldest first.
 */
export const placesOf = async (
  { queue, rollouts }: Pick<UpstreamCollections, "queue" | "rollouts">,
  reading: Reading,
  tally: Tally,
): Promise<Places> => {
  const places = new Map<string, number>();
  const number = numbering();
  let tail = 0;
  for await (const batch of reading(queue, { filter: { consumed: { $ne: true } } })) {
    tally.find(batch.length);
    for (const document of batch) {
      const entry = readEntry(document);
      if (E.isLeft(entry)) {
        tally.skip(nameOf(document.value, document), entry.left);
      } else if (places.has(entry.right.value)) {
        tally.skip(entry.right.value, "another entry of the rollout comes first");
      } else {
        tail = number(document._id);
        places.set(entry.right.value, tail);
      }
    }
  }

  const stranded: { readonly rollout_id: string; readonly start_time: number }[] = [];
  const waiting = reading(rollouts, {
    filter: { status: { $in: [...QUEUE_STATUSES] } },
    projection: { rollout_id: 1, start_time: 1 },
  });
  for await (const batch of waiting) {
    for (const { rollout_id, start_time } of batch) {
      // What does not fit is not imported.
      if (typeof rollout_id !== "string" || places.has(rollout_id)) continue;
      stranded.push({ rollout_id, start_time: Float.is(start_time) ? start_time : Infinity });
    }
  }
  const ends = new Map(
    stranded
      .toSorted((a, b) => a.start_time - b.start_time || 0)
      .map(({ rollout_id }) => [rollout_id, ++tail]),
  );

  return {
    of: (rollout_id, status) => {
      const place = places.get(rollout_id);
      if (place !== undefined || !isQueued(status)) return place ?? null;
      // One that has come since the queue was read goes to the end as well.
      return ends.get(rollout_id) ?? ++tail;
    },
    hasEntry: (rollout_id) => places.has(rollout_id),
    entries: () => places.keys(),
  };
};
