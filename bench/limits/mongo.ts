/** MongoDB beside its driver, on a server of their own, as the tests find or start one. */

import { openStore } from "../../mod.ts";
import { noServer } from "../../tests/mongo_server/engine.ts";
import { startMongoServer } from "../../tests/mongo_server/server.ts";
import { bareMongo } from "../bare/mongo.ts";
import type { Contest } from "./contest.ts";
import { contestsOf } from "./stores.ts";

/** None where there is no server. */
export const mongoContests = async (): Promise<readonly Contest[]> =>
  await noServer() !== null ? [] : contestsOf({
    name: "mongo",
    open: async () => {
      const server = await startMongoServer("replica set");
      const store = await openStore(`${server.uri}ours`, { mongo: { partition: "limits" } });
      const bare = await bareMongo(`${server.uri}bare`);
      return {
        store,
        bare,
        close: async () => {
          await store.close();
          await bare.close();
          await server.stop();
        },
      };
    },
    rounds: { uncounted: 1, counted: 3 },
    operations: { 1: 64, 64: 64 },
    many: 1_000,
  });
