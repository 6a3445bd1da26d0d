/**
 * The MongoDB driver: its types, and a way to load it. Nothing is fetched until it is loaded, so
 * that whoever uses another backend does not pay for it.
 */
import type * as Driver from "npm:mongodb@7.9.0";
import { loadOnDemand } from "./on_demand.ts";

export type {
  AnyBulkWriteOperation,
  BulkWriteResult,
  Collection,
  CommandStartedEvent,
  Db,
  Document,
  Filter,
  IndexDescription,
  MongoClient,
} from "npm:mongodb@7.9.0";

/** The driver's options. Without Node's own types, which they build on, none of them is known as optional. */
export type MongoClientOptions = Partial<Driver.MongoClientOptions>;

/** The version of the driver that is loaded: the one whose types these are. */
export const MONGO_VERSION = "7.9.0";

/** Loads the driver and makes a client; it does not connect yet. */
export const newMongoClient = async (
  uri: string,
  options: MongoClientOptions,
): Promise<Driver.MongoClient> => {
  const driver = await loadOnDemand<typeof Driver>({ name: "mongodb", version: MONGO_VERSION });
  // Partial only where Node's types are missing.
  return new driver.MongoClient(uri, options as Driver.MongoClientOptions);
};
