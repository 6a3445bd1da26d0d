/**
 * The MongoDB driver: its types, and a way to load it. Nothing is fetched until it is loaded, so
 * that whoever uses another backend does not pay for it.
 */
import type * as Driver from "npm:mongodb@7.9.0";

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
  MongoClientOptions,
} from "npm:mongodb@7.9.0";

/** The version of the driver that {@linkcode loadMongo} loads: the one whose types these are. */
export const MONGO_VERSION = "7.9.0";

/** Loads the driver. A name that is put together is not fetched together with this module. */
export const loadMongo = (): Promise<typeof Driver> =>
  import(["npm:mongodb", MONGO_VERSION].join("@"));
