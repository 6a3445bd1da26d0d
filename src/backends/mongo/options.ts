/** What the MongoDB backend can be told. */

import { harmless } from "../../core/harmless.ts";
import { withoutSecrets } from "../../core/secrets.ts";
import { E } from "../../deps/fp.ts";
import type { MongoClient, MongoClientOptions } from "../../deps/mongo.ts";
import { isObject } from "../../model/codec.ts";
import type { InvalidArgument } from "../../model/errors.ts";
import type { Numbers } from "../../model/numbers.ts";
import {
  FUNCTION,
  functions,
  isName,
  judge,
  type Kind,
  NAME,
  NUMBERS,
  refuse,
} from "../../model/options.ts";

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

const isDatabase = (text: unknown): boolean => isName(text) && !/[/\\. "$]/.test(text);

const KINDS: Readonly<Record<Exclude<keyof MongoOptions, "uri">, Kind>> = {
  client: functions("a MongoClient", "connect", "db", "close"),
  driver: { is: isObject, expected: "options of the driver" },
  database: { is: isDatabase, expected: "a database's name, without any of /\\. \"$" },
  partition: NAME,
  numbers: NUMBERS,
  warn: FUNCTION,
};

/** Fills in the defaults, or says which option cannot be used. */
export const checkOptions = (options: MongoOptions): E.Either<InvalidArgument, CheckedOptions> => {
  const judged = judge(options, KINDS);
  if (E.isLeft(judged)) return judged;
  const {
    uri,
    client,
    driver,
    database,
    partition,
    numbers = "double",
    warn = console.warn,
  } = options;
  if (client !== undefined) {
    if (uri !== undefined) {
      return refuse(
        "uri",
        "either an address or a client, and not both",
        withoutSecrets(String(uri)),
      );
    }
  } else if (typeof uri !== "string" || !/^mongodb(\+srv)?:\/\/./.test(uri)) {
    const got = typeof uri === "string" ? withoutSecrets(uri) : uri;
    return refuse("uri", "mongodb://… or mongodb+srv://…", got);
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
    address: client !== undefined ? "the given client's server" : withoutSecrets(uri ?? ""),
  });
};

/** Acknowledged means kept; a reader sees only what will be kept. */
const DRIVER_DEFAULTS = {
  appName: "lightning-store",
  writeConcern: { w: "majority", journal: true },
  readConcern: { level: "majority" },
} as const;
