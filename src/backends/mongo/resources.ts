/** Resources in MongoDB. */

import type { PortError, ResourcesRequest } from "../../backend.ts";
import { nextVersion } from "../../core/versions.ts";
import { E } from "../../deps/fp.ts";
import type { ResourcesUpdate } from "../../model/resources.ts";
import type { Collections } from "./collections.ts";
import { keysOf, type ResourcesDocument } from "./documents.ts";
import { isDuplicate, makingOnce, surviving } from "./failing.ts";
import type { Order } from "./order.ts";
import type { Readers } from "./reading.ts";
import { documentTooLarge } from "./sizes.ts";

/** Reads and writes the resources of one partition. */
export interface Resources {
  readonly find: (resources_id: string) => Promise<ResourcesUpdate | null>;
  readonly latest: () => Promise<ResourcesUpdate | null>;
  readonly latestId: () => Promise<string | null>;
  readonly put: (request: ResourcesRequest) => Promise<E.Either<PortError, ResourcesUpdate>>;
}

export const resources = (
  { resources: collection, writes }: Pick<Collections, "resources" | "writes">,
  partition: string,
  { order, readers }: { readonly order: Order; readonly readers: Pick<Readers, "resources"> },
): Resources => {
  const key = keysOf(partition);

  const recordOf = (document: ResourcesDocument | null): ResourcesUpdate | null =>
    document === null ? null : readers.resources(document);

  const stored = (resources_id: string): Promise<ResourcesDocument | null> =>
    surviving(() => collection.findOne(key(resources_id)));

  const latest = (): Promise<ResourcesDocument | null> =>
    surviving(() => collection.findOne({ partition }, { sort: { written: -1 } }));

  /** The number of the next write; one that begins after another has ended gets a greater one. */
  const nextWrite = async (): Promise<number> => {
    const counter = await makingOnce(() =>
      writes.findOneAndUpdate(
        key(),
        [{ $set: { writes: { $add: [{ $ifNull: ["$writes", 0] }, 1] } } }],
        { upsert: true, returnDocument: "after" },
      )
    );
    return counter?.writes ?? await nextWrite();
  };

  /** Whether the document was written, on the condition that the stored one is `known`. */
  const write = (known: ResourcesDocument | null, document: ResourcesDocument): Promise<boolean> =>
    surviving(async () => {
      try {
        const { _id, partition, inserted: _, ...fields } = document;
        if (known === null) {
          await collection.insertOne(document);
          return true;
        }
        const { matchedCount } = await collection.updateOne(
          { _id, partition, written: known.written },
          { $set: fields },
        );
        if (matchedCount > 0) return true;
      } catch (cause) {
        if (!isDuplicate(cause)) throw cause;
      }
      return false;
    });

  return {
    find: async (resources_id) => recordOf(await stored(resources_id)),
    latest: async () => recordOf(await latest()),
    latestId: async () => {
      const found = await surviving(() =>
        collection.findOne({ partition }, {
          sort: { written: -1 },
          projection: { resources_id: 1 },
        })
      );
      return found?.resources_id ?? null;
    },
    put: async (request) => {
      const { resources_id, fresh } = request;
      const json = JSON.stringify(request.resources);
      const oversized = documentTooLarge("resources", {
        ...key(resources_id),
        resources_id,
        resources: json,
      });
      if (oversized !== null) return E.left(oversized);
      const inserted = order();
      const mine = new Map<number, ResourcesUpdate>();
      for (;;) {
        const known = await stored(resources_id);
        const done = known?.recent.find((written) => mine.has(written));
        const own = done === undefined ? undefined : mine.get(done);
        if (own !== undefined) return E.right(own);
        if (known !== null && fresh) return E.left({ _tag: "Taken", id: resources_id });
        const next = nextVersion(known, request);
        const { create_time, update_time, version } = next;
        const written = await nextWrite();
        mine.set(written, next);
        const isWritten = await write(known, {
          ...key(resources_id),
          resources_id,
          inserted,
          written,
          recent: [...(known?.recent ?? []).slice(-7), written],
          create_time,
          update_time,
          version,
          resources: json,
        });
        if (isWritten) return E.right(next);
      }
    },
  };
};
