/** The stores that the project can make, in the process that asks for them. */

import {
  type Backend,
  createStore,
  evictionThresholds,
  memory,
  mongo,
  sqlite,
  type StoreError,
} from "../../mod.ts";
import type { MakeOptions, StoreUnderTest } from "../../src/testing/mod.ts";
import { otherProcess } from "./other_process.ts";

/** Makes an empty store: `memory:`, `sqlite:` on a new file, or in the database of a `mongodb://…`. */
export const makeStore = (
  url: string,
  options: MakeOptions,
): Promise<StoreUnderTest | StoreError> => {
  switch (url) {
    case "memory:":
      return Promise.resolve(inMemory(options));
    case "sqlite:":
      return onNewFile(options);
    default:
      return onServer(url, "tests", options);
  }
};

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

const inMemory = (options: MakeOptions): StoreUnderTest | StoreError => {
  const { spanBytes, ...limits } = options.eviction ?? {};
  const thresholds = evictionThresholds(limits);
  if (thresholds._tag === "Left") return thresholds.left;
  const fresh = () =>
    memory({
      thresholds: thresholds.right,
      ...spanBytes === undefined ? {} : { spanSizeEstimator: () => spanBytes },
    });
  return onMemory(fresh(), fresh, options);
};

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

const onNewFile = async (options: MakeOptions): Promise<StoreUnderTest> => {
  const directory = await Deno.makeTempDir();
  return await onFile(
    `${directory}/store.db`,
    "tests",
    options,
    () => Deno.remove(directory, { recursive: true }),
  );
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
