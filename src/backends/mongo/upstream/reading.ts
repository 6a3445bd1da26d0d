/** Reading a partition of agent-lightning's, batch by batch. */

import type { Collection, Filter } from "../../../deps/mongo.ts";
import type { UpstreamDocument } from "./documents.ts";

/** Reads documents of one partition in the order of their insertion. */
export type Reading = (
  collection: Collection<UpstreamDocument>,
  more?: {
    readonly filter?: Filter<UpstreamDocument>;
    readonly projection?: Readonly<Record<string, 1>>;
  },
) => AsyncGenerator<readonly UpstreamDocument[]>;

/**
 * A batch is what one answer of the server brings: `batchSize` documents at most, and 16 MiB. The
 * hint keeps a server from sorting: what it cannot sort in its memory, it refuses.
 */
export const reading = (
  partition: string,
  batchSize: number,
  signal: AbortSignal | null,
): Reading =>
  async function* (collection, { filter = {}, projection } = {}) {
    const cursor = collection.find({ partition_id: partition, ...filter }, {
      sort: { _id: 1 },
      hint: { _id: 1 },
      batchSize,
      ...projection === undefined ? {} : { projection },
    });
    try {
      for (;;) {
        signal?.throwIfAborted();
        const first = await cursor.next();
        if (first === null) return;
        yield [first, ...cursor.readBufferedDocuments()];
      }
    } finally {
      await cursor.close();
    }
  };
