/** Opens a store by one string: the table of the schemes of backends. */

import type { Backend } from "../backend.ts";
import { memory, type MemoryOptions } from "../backends/memory/memory.ts";
import { mongo } from "../backends/mongo/mongo.ts";
import type { MongoOptions } from "../backends/mongo/options.ts";
import type { SqliteOptions } from "../backends/sqlite/options.ts";
import { sqlite } from "../backends/sqlite/sqlite.ts";
import { connectStore } from "../client/connect.ts";
import type { ConnectOptions } from "../client/options.ts";
import { evictionThresholds, type ThresholdOptions } from "../core/eviction.ts";
import { withoutSecrets } from "../core/secrets.ts";
import { E, pipe, TE } from "../deps/fp.ts";
import { invalidArgument, type StoreError } from "../model/errors.ts";
import type { Numbers } from "../model/numbers.ts";
import { BOOLEAN, FUNCTION, judge, type Kind, NUMBERS, OBJECT } from "../model/options.ts";
import type { LightningStore, PromiseStore } from "./lightning_store.ts";
import { STORE_KINDS } from "./options.ts";
import { promises, valueOf } from "./promises.ts";
import { createStore, type StoreOptions } from "./store.ts";

/** Options of {@linkcode openStore}: the store's, and the backend's under its scheme. */
export interface OpenOptions extends StoreOptions {
  /** How numbers of opaque values come back from any backend. Default: `double`. */
  readonly numbers?: Numbers;
  /** Options of `memory:`. */
  readonly memory?: Omit<MemoryOptions, "thresholds" | "numbers"> & ThresholdOptions;
  /** Options of `sqlite:`. */
  readonly sqlite?: Omit<SqliteOptions, "path" | "driver" | "shared" | "numbers">;
  /** Options of `mongodb://…`. */
  readonly mongo?: Omit<MongoOptions, "uri" | "client" | "numbers">;
  /** Options of `http://…`. */
  readonly http?: Omit<ConnectOptions, "numbers">;
}

/** Opens what a URL names. */
type Opener = (url: string, options: OpenOptions) => TE.TaskEither<StoreError, LightningStore>;

/** A store on a backend of its own; `rest` is the URL after its scheme. */
const onBackend = (
  open: (rest: string, options: OpenOptions, url: string) => TE.TaskEither<StoreError, Backend>,
): Opener =>
(url, options) =>
  pipe(
    open(url.slice(url.indexOf(":") + 1), options, url),
    TE.map((backend) => createStore(backend, options)),
  );

const onMongo = onBackend((_, { numbers = "double", mongo: options }, uri) =>
  mongo({ ...options, numbers, uri })
);

const onServer: Opener = (url, { numbers = "double", http }) =>
  TE.fromEither(connectStore(url, { ...http, numbers }));

/** The URLs of one scheme. */
interface Scheme {
  readonly form: string;
  /** Which of them can be, where not all can. */
  readonly fits?: RegExp;
  readonly open: Opener;
}

/** What the options of `memory:` must be, but for its thresholds. */
const MEMORY_KINDS: Readonly<Record<keyof Omit<MemoryOptions, "thresholds" | "numbers">, Kind>> = {
  threadSafe: BOOLEAN,
  spanSizeEstimator: FUNCTION,
  frozen: BOOLEAN,
};

/** What any options must be; those of a backend are judged by who takes them. */
const KINDS: Readonly<Record<keyof OpenOptions, Kind>> = {
  ...STORE_KINDS,
  numbers: NUMBERS,
  memory: OBJECT,
  sqlite: OBJECT,
  mongo: OBJECT,
  http: OBJECT,
};

/** A later backend is one more row. */
const SCHEMES: Readonly<Record<string, Scheme>> = {
  memory: {
    form: "memory:",
    fits: /^memory:$/,
    open: onBackend((_, { numbers = "double", memory: options = {} }) =>
      pipe(
        judge(options, MEMORY_KINDS),
        E.chain(() => evictionThresholds(options)),
        E.map((thresholds) => memory({ ...options, numbers, thresholds })),
        TE.fromEither,
      )
    ),
  },
  sqlite: {
    form: "sqlite:PATH",
    // A file has no host, and no user there.
    fits: /^sqlite:(?!\/\/[^/])/,
    open: onBackend((path, { numbers = "double", sqlite: options }) =>
      sqlite({ ...options, numbers, path: path.replace(/^\/\//, "") })
    ),
  },
  mongodb: { form: "mongodb://…", open: onMongo },
  "mongodb+srv": { form: "mongodb+srv://…", open: onMongo },
  http: { form: "http://…", open: onServer },
  https: { form: "https://…", open: onServer },
};

/**
 * Opens a store by a string, as {@linkcode openStore} does, and answers with the record of tasks.
 * The options of the store do not count where a server has it.
 *
 * @example
 * ```ts
 * import { openLightningStore } from "@lightning/store";
 *
 * const opened = await openLightningStore("memory:")();
 * console.log(opened._tag); // Right
 * ```
 */
export const openLightningStore = (
  url: string,
  options: OpenOptions = {},
): TE.TaskEither<StoreError, LightningStore> => {
  const judged = judge(options, KINDS);
  if (E.isLeft(judged)) return TE.fromEither(judged);
  const [, scheme = ""] = /^([a-z+]+):/.exec(url) ?? [];
  const row = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined;
  // Whoever has no types may give a `URL`.
  return typeof url !== "string" || row === undefined || row.fits?.test(url) === false
    ? TE.left(unknownForm(url))
    : row.open(url, options);
};

/**
 * Opens a store by a string: `memory:`, `sqlite:PATH` with a file's path or `:memory:`, the
 * address of a MongoDB server, or that of a server that holds a store.
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
export const openStore = async (url: string, options: OpenOptions = {}): Promise<PromiseStore> =>
  promises(valueOf(await openLightningStore(url, options)()));

const unknownForm = (url: string): StoreError =>
  invalidArgument(
    "url",
    `expected ${Object.values(SCHEMES).map(({ form }) => form).join(" or ")}, got ${
      JSON.stringify(withoutSecrets(String(url)))
    }`,
  );
