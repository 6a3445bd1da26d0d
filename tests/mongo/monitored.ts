/** A store whose commands to the server can be read along. */

import { type CommandStartedEvent, MongoClient } from "mongodb";
import { createStore, mongo, promises, type PromiseStore } from "../../mod.ts";

/** A command as the driver sent it. */
export type Command = CommandStartedEvent["command"];

/** A store on a database of its own, with its client. */
export interface Monitored extends AsyncDisposable {
  readonly store: PromiseStore;
  readonly client: MongoClient;
  readonly database: string;
  /** The commands that something sends, in order. */
  readonly commandsOf: (run: () => Promise<unknown>) => Promise<readonly Command[]>;
}

/** The watchdog does not scan unless a test says so. */
export const NEVER = 1e9;

/** Opens one on a database. */
export const monitored = async (
  uri: string,
  scanDebounceSeconds = NEVER,
): Promise<Monitored> => {
  const client = new MongoClient(uri, {
    monitorCommands: true,
    writeConcern: { w: "majority", journal: true },
  });
  let heard: Command[] = [];
  client.on("commandStarted", ({ command }) => heard.push(command));
  const opened = await mongo({ client, partition: "monitored" })();
  if (opened._tag === "Left") throw new Error(opened.left.message);
  const store = promises(createStore(opened.right, { scanDebounceSeconds }));
  // The first operation scans, whatever the throttle.
  await store.queryWorkers();
  return {
    store,
    client,
    database: client.options.dbName,
    commandsOf: async (run) => {
      heard = [];
      await run();
      return heard;
    },
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await client.close();
    },
  };
};
