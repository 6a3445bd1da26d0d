/** Writing that only adds: what is there already stays as it is. */

import type { Collections } from "../collections.ts";
import type { CounterDocument, Key } from "../documents.ts";
import { isDuplicate, makingOnce, statementErrors, surviving } from "../failing.ts";

/** Adds documents of one kind; a dry run only looks. Answers with the ids of those that were there. */
export type Add<D extends Key> = (documents: readonly D[]) => Promise<ReadonlySet<string>>;

/** Adds documents that are never changed once they are there. */
export const adding = <D extends Key>(
  dryRun: boolean,
  find: (ids: readonly string[]) => Promise<Iterable<string>>,
  insert: (documents: readonly D[]) => Promise<unknown>,
): Add<D> =>
async (documents) => {
  const present = new Set(
    documents.length === 0 ? [] : await surviving(() => find(documents.map(({ _id }) => _id))),
  );
  const fresh = documents.filter(({ _id }) => !present.has(_id));
  if (dryRun || fresh.length === 0) return present;
  const refused = await surviving(async (again) => {
    try {
      await insert(fresh);
      return [];
    } catch (cause) {
      if (!isDuplicate(cause)) throw cause;
      // After a lost answer, they are those that this very command has made.
      return again ? [] : statementErrors(cause).flatMap(({ index }) => fresh[index]?._id ?? []);
    }
  });
  return new Set([...present, ...refused]);
};

/** Raises counters that are below theirs, or absent. Raising one again changes nothing. */
export const raising = (
  dryRun: boolean,
  { counters }: Pick<Collections, "counters">,
  partition: string,
): Add<CounterDocument> =>
async (documents) => {
  const stored = await surviving(() =>
    counters.find({ partition, _id: { $in: documents.map(({ _id }) => _id) } }).toArray()
  );
  const values = new Map(stored.map(({ _id, value }) => [_id, value]));
  const isThere = ({ _id, value }: CounterDocument) => (values.get(_id) ?? -1) >= value;
  const low = documents.filter((it) => !isThere(it));
  if (!dryRun && low.length > 0) {
    await makingOnce(() =>
      counters.bulkWrite(
        low.map(({ _id, value }) => ({
          updateOne: {
            filter: { _id, partition },
            update: { $max: { value } },
            upsert: true,
          },
        })),
        { ordered: false },
      )
    );
  }
  return new Set(documents.filter(isThere).map(({ _id }) => _id));
};
