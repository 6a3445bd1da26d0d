/** What the MongoDB backend can be told. */

import { harmless } from "../../core/harmless.ts";
import { withoutSecrets } from "../../core/secrets.ts";
import { E } from "../../deps/fp.ts";
import type { MongoClient, MongoClientOptions } from "../../deps/mongo.ts";
import { describe, isObject, Text } from "../../model/codec.ts";
import { isNumbers, type Numbers } from "../../model/numbers.ts";
import { type InvalidArgument, invalidArgument } from "../../model/errors.ts";

/** Options of {@linkcode mongo}. */
export interface MongoOptions {
  /** The address, such as `mongodb://host:27017/?replicaSet=rs0`. */
  readonly uri?: string;
  /** A client of the driver's version 7, instead of an address; `close()` leaves it open. */
  readonly client?: MongoClient;
  /**
   * The driver's own options, under its own names: `maxPoolSize`, `writeConcern`, `readConcern`,
   * `serverSelectionTimeoutMS`, `auth`, `tls`, … Default: writes are acknowledged by the journals of
   * a majority (`{ w: "majority", journal: true }`), and reads see what a majority has. Only with
   * `uri`.
   */
  readonly driver?: MongoClientOptions;
  /** The database. Default: the one that the address names, else `lightning`. */
  readonly database?: string;
  /**
   * Stores of different partitions share a database and nothing else. Default: a new one, at random
   * (K-26): a store that is opened again then starts empty, of which `warn` is told.
   */
  readonly partition?: string;
  /** How numbers of opaque values come back; they are stored as they were written. Default: `double`. */
  readonly numbers?: Numbers;
  /**
   * Takes warnings, one sentence each: of a partition without a name, and of a rollout that cannot
   * be claimed since its document is full. Default: `console.warn`.
   */
  readonly warn?: (message: string) => void;
}

/** Options with their defaults filled in. */
export interface CheckedOptions {
  readonly client: { readonly given: MongoClient } | {
    readonly uri: string;
    readonly driver: MongoClientOptions;
  };
  /** Null for the one that the address names. */
  readonly database: string | null;
  readonly partition: string;
  readonly numbers: Numbers;
  readonly warn: (message: string) => void;
  /** What to call the server in messages. */
  readonly address: string;
}

/** The database where neither the options nor the address names one. */
export const DEFAULT_DATABASE = "lightning";

/** Fills in the defaults, or says which option cannot be used. */
export const checkOptions = (options: MongoOptions): E.Either<InvalidArgument, CheckedOptions> => {
  const given: unknown = options;
  if (!isObject(given)) return refuse("options", "an object", given);
  const {
    uri,
    client,
    driver,
    database,
    partition,
    numbers = "double",
    warn = console.warn,
  } = options;
  if (partition !== undefined && !isName(partition)) {
    return refuse("partition", "a name", partition);
  }
  if (database !== undefined && !isDatabase(database)) {
    return refuse("database", "a database's name, without any of /\\. \"$", database);
  }
  if (!isNumbers(numbers)) return refuse("numbers", '"double" or "exact"', numbers);
  if (typeof warn !== "function") return refuse("warn", "a function", warn);
  if (driver !== undefined && !isObject(driver)) {
    return refuse("driver", "options of the driver", driver);
  }
  if (client !== undefined) {
    if (uri !== undefined) return refuse("uri", "either an address or a client", "both");
    if (!isClient(client)) return refuse("client", "a MongoClient", client);
  } else if (typeof uri !== "string" || !/^mongodb(\+srv)?:\/\/./.test(uri)) {
    return refuse("uri", "mongodb://… or mongodb+srv://…", addressOf(uri));
  }
  const random = `pt-${crypto.randomUUID().slice(24)}`;
  if (partition === undefined) {
    warn(
      `The store has a partition of its own, ${random}: nobody else will find what it holds. Name one (partition) to share it or to open it again`,
    );
  }
  return E.right({
    client: client !== undefined
      ? { given: client }
      : { uri: uri ?? "", driver: { ...DRIVER_DEFAULTS, ...driver } },
    database: database ?? null,
    partition: partition ?? random,
    numbers,
    warn: harmless(warn),
    address: client !== undefined ? "the given client's server" : addressOf(uri),
  });
};

/** Acknowledged means kept; a reader sees only what will be kept. */
const DRIVER_DEFAULTS = {
  appName: "lightning-store",
  writeConcern: { w: "majority", journal: true },
  readConcern: { level: "majority" },
} as const;

const addressOf = (uri: unknown): string =>
  typeof uri === "string" ? withoutSecrets(uri) : describe(uri);

const isName = (text: unknown): text is string => Text.is(text) && text !== "";

const isDatabase = (text: unknown): boolean => isName(text) && !/[/\\. "$]/.test(text);

const isClient = (client: unknown): boolean =>
  typeof client === "object" && client !== null &&
  ["connect", "db", "close"].every((name) => typeof Reflect.get(client, name) === "function");

const refuse = (argument: string, expected: string, actual: unknown) =>
  E.left(
    invalidArgument(
      argument,
      `expected ${expected}, got ${typeof actual === "string" ? actual : describe(actual)}`,
    ),
  );
