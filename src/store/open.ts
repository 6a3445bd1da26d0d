/** Opens a store by one string: the table of the schemes of backends. */

import { memory, type MemoryOptions } from "../backends/memory/memory.ts";
import { mongo } from "../backends/mongo/mongo.ts";
import type { MongoOptions } from "../backends/mongo/options.ts";
import type { SqliteOptions } from "../backends/sqlite/options.ts";
import { sqlite } from "../backends/sqlite/sqlite.ts";
import type { Backend } from "../backend.ts";
import { evictionThresholds, type ThresholdOptions } from "../core/eviction.ts";
import { E, pipe, TE } from "../deps/fp.ts";
import { invalidArgument, type StoreError } from "../model/errors.ts";
import type { PromiseStore } from "./lightning_store.ts";
import { promises, valueOf } from "./promises.ts";
import { createStore, type StoreOptions } from "./store.ts";

/** Options of {@linkcode openStore}: the store's, and the backend's under its scheme. */
export interface OpenOptions extends StoreOptions {
  /** Options of `memory:`. */
  readonly memory?: Omit<MemoryOptions, "thresholds"> & ThresholdOptions;
  /** Options of `sqlite:`. */
  readonly sqlite?: Omit<SqliteOptions, "path" | "driver" | "shared">;
  /** Options of `mongodb://…`. */
  readonly mongo?: Omit<MongoOptions, "uri" | "client">;
}

type Opener = (
  rest: string,
  options: OpenOptions,
  url: string,
) => TE.TaskEither<StoreError, Backend>;

const openMongo: Opener = (_, { mongo: options }, uri) => mongo({ ...options, uri });

/** A later backend is one more row. */
const SCHEMES: Readonly<Record<string, { readonly form: string; readonly open: Opener }>> = {
  memory: {
    form: "memory:",
    open: (_, { memory: options = {} }) =>
      pipe(
        TE.fromEither(evictionThresholds(options)),
        TE.map((thresholds) => memory({ ...options, thresholds })),
      ),
  },
  sqlite: {
    form: "sqlite:PATH",
    open: (path, { sqlite: options }) => sqlite({ ...options, path: path.replace(/^\/\//, "") }),
  },
  mongodb: { form: "mongodb://…", open: openMongo },
  "mongodb+srv": { form: "mongodb+srv://…", open: openMongo },
};

/**
 * Opens a store by a string: `memory:`, `sqlite:PATH` with a file's path or `:memory:`, or the
 * address of a MongoDB server.
 *
 * It rejects with `StoreException`: `InvalidArgument` for another string or an option that cannot
 * be used, `Unsupported` where the engine is missing, and `Backend` where it cannot be opened.
 *
 * @example
 * ```ts
 * import { openStore } from "@lightning/store";
 *
 * const store = await openStore("sqlite::memory:", { scanDebounceSeconds: 1 });
 * await store.enqueueRollout({ input: "2 + 2" });
 * await store.close();
 * ```
 */
export const openStore = async (url: string, options: OpenOptions = {}): Promise<PromiseStore> => {
  const [, scheme = "", rest = ""] = /^([a-z+]+):(.*)$/s.exec(url) ?? [];
  const row = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined;
  if (row === undefined) return valueOf(E.left(unknownForm(url)));
  return promises(createStore(valueOf(await row.open(rest, options, url)()), options));
};

const unknownForm = (url: string): StoreError =>
  invalidArgument(
    "url",
    `expected ${Object.values(SCHEMES).map(({ form }) => form).join(" or ")}, got ${
      JSON.stringify(url)
    }`,
  );
