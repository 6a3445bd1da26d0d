/** What a database holds, document by document. */

import { type Document, MongoClient } from "mongodb";

/** The documents of each collection that has any, by its name; in the order of their ids. */
export type Contents = ReadonlyMap<string, readonly Document[]>;

/** Reads everything, integers of 64 bits with all their digits. */
export const contentsOf = async (uri: string): Promise<Contents> => {
  await using client = new MongoClient(uri, { useBigInt64: true });
  const found = new Map<string, readonly Document[]>();
  for (const name of await collectionsIn(uri)) {
    const documents = await client.db().collection(name).find().sort({ _id: 1 }).toArray();
    if (documents.length > 0) found.set(name, documents);
  }
  return found;
};

/** The names of the collections, sorted. */
export const collectionsIn = async (uri: string): Promise<readonly string[]> => {
  await using client = new MongoClient(uri);
  const collections = await client.db().listCollections({}, { nameOnly: true }).toArray();
  return collections.map(({ name }) => name).toSorted();
};
