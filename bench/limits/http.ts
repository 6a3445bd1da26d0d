/** Claims over HTTP beside a bare server that parses and answers the same JSON. */

import { claimLoad, claims } from "../load/jobs.ts";
import { secondsUnder } from "../load/load.ts";
import { server } from "../load/server.ts";
import { servedStore } from "../load/service.ts";
import type { Contest, Size } from "./contest.ts";

const contest = (
  name: string,
  storeUrl: (path: string) => string,
  limit: number,
  sizes: readonly Size[],
): Contest => ({
  name,
  sizes,
  rounds: { uncounted: 8, counted: 7 },
  open: async (path) => {
    const served = await servedStore(storeUrl(path));
    const bare = await server(new URL("../bare/http.ts", import.meta.url));
    return {
      ours: async (operations, callers) =>
        await secondsUnder(
          served.address,
          callers,
          await claims(limit)(served, operations, callers),
        ),
      bare: async (operations, callers) =>
        await secondsUnder(
          bare.address,
          callers,
          claimLoad(bare.address, limit, operations, callers),
        ),
      close: async () => {
        await served[Symbol.asyncDispose]();
        await bare.stop();
      },
    };
  },
});

const ONE_BY_ONE = [{ operations: 2_000, callers: 1 }, { operations: 5_000, callers: 32 }];

const HUNDREDS = [{ operations: 20_000, callers: 8 }];

const inMemory = () => "memory:";

const onFile = (path: string) => `sqlite:${path}`;

export const httpContests: readonly Contest[] = [
  contest("http claim", inMemory, 1, ONE_BY_ONE),
  contest("http claim-100", inMemory, 100, HUNDREDS),
  contest("http-sqlite claim", onFile, 1, ONE_BY_ONE),
  contest("http-sqlite claim-100", onFile, 100, HUNDREDS),
];
