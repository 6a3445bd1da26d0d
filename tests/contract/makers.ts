/** The stores that the project can make, for the suites. */

import {
  type Backend,
  connectStore,
  createStore,
  evictionThresholds,
  httpApp,
  memory,
  mongo,
  sqlite,
} from "../../mod.ts";
import type { MakeOptions, StoreMaker, StoreUnderTest } from "../../src/testing/mod.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import type { Topology } from "../mongo_server/server.ts";
import { otherProcess } from "./other_process.ts";

const under = (
  backend: Backend,
  { clock, scanDebounceSeconds, log }: MakeOptions,
  doors: Pick<StoreUnderTest, "beside" | "close">,
): StoreUnderTest => ({
  store: createStore(backend, { clock, scanDebounceSeconds, log }),
  strand: async (rollout) => {
    await backend.insert([[{ rollout, attempt: null, queued: false, workers: [] }]]);
  },
  ...doors,
});

const onMemory = (backend: Backend, fresh: () => Backend, options: MakeOptions): StoreUnderTest =>
  under(backend, options, {
    beside: (partition) =>
      Promise.resolve(
        onMemory(partition === "same" ? backend : fresh(), fresh, options),
      ),
    close: async () => {
      await backend.close();
    },
  });

const memoryMaker: StoreMaker = {
  name: "memory",
  evicts: true,
  make: (options) => {
    const { spanBytes, ...limits } = options.eviction ?? {};
    const thresholds = evictionThresholds(limits);
    if (thresholds._tag === "Left") return Promise.resolve(thresholds.left);
    const fresh = () =>
      memory({
        thresholds: thresholds.right,
        ...spanBytes === undefined ? {} : { spanSizeEstimator: () => spanBytes },
      });
    return Promise.resolve(onMemory(fresh(), fresh, options));
  },
};

/** A store on a file; the one beside it on the same partition lives in another process. */
const onFile = async (
  path: string,
  partition: string,
  options: MakeOptions,
  remove: () => Promise<void>,
): Promise<StoreUnderTest> => {
  const opened = await sqlite({ path, partition })();
  if (opened._tag === "Left") throw new Error(opened.left.message);
  const backend = opened.right;
  return under(backend, options, {
    beside: (which) =>
      which === "same"
        ? otherProcess(path, partition)
        : onFile(path, `${partition}-other`, options, () => Promise.resolve()),
    close: async () => {
      await backend.close();
      await remove();
    },
  });
};

const sqliteMaker: StoreMaker = {
  name: "sqlite",
  evicts: false,
  make: async (options) => {
    const directory = await Deno.makeTempDir();
    return await onFile(
      `${directory}/store.db`,
      "tests",
      options,
      () => Deno.remove(directory, { recursive: true }),
    );
  },
};

/** A store on a server; the one beside it on the same partition has a connection of its own. */
const onServer = async (
  uri: string,
  partition: string,
  options: MakeOptions,
): Promise<StoreUnderTest> => {
  const opened = await mongo({ uri, partition })();
  if (opened._tag === "Left") throw new Error(opened.left.message);
  const backend = opened.right;
  return under(backend, options, {
    beside: (which) => onServer(uri, which === "same" ? partition : `${partition}-other`, options),
    close: async () => {
      await backend.close();
    },
  });
};

const mongoMaker = (topology: Topology): StoreMaker => ({
  name: `mongo (${topology})`,
  evicts: false,
  make: async (options) => await onServer(await freshDatabase(topology), "tests", options),
});

/** A store in memory, spoken to in the words of the wire. */
const httpMaker: StoreMaker = {
  name: "http",
  evicts: true,
  make: async (options) => {
    const made = await memoryMaker.make(options);
    return "_tag" in made ? made : overHttp(made);
  },
};

const overHttp = (behind: StoreUnderTest): StoreUnderTest => {
  const connected = connectStore("http://localhost", { fetch: httpApp(behind.store) });
  if (connected._tag === "Left") throw new Error(connected.left.message);
  return {
    ...behind,
    store: connected.right,
    beside: async (which) => overHttp(await behind.beside(which)),
  };
};

/** Registers a test. */
type Register = (name: string, run: () => Promise<void>) => void;

const always: Register = (name, run) => Deno.test(name, run);

/** One row for each store, and how its tests are registered. */
export const MAKERS: readonly { readonly maker: StoreMaker; readonly register: Register }[] = [
  { maker: memoryMaker, register: always },
  { maker: sqliteMaker, register: always },
  { maker: httpMaker, register: always },
  { maker: mongoMaker("replica set"), register: mongoTest },
  { maker: mongoMaker("standalone"), register: mongoTest },
];
