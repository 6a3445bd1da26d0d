/** The stores that the project can make, for the suites. */

import { type Backend, createStore, evictionThresholds, memory, sqlite } from "../../mod.ts";
import type { MakeOptions, StoreMaker, StoreUnderTest } from "../../src/testing/mod.ts";
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

/** One row for each store. */
export const MAKERS: readonly StoreMaker[] = [memoryMaker, sqliteMaker];
