/** Which store to serve, and how it is opened. */

import { setImmediate } from "node:timers";
import { withoutSecrets } from "../core/secrets.ts";
import { E, pipe, TE } from "../deps/fp.ts";
import type { StoreError } from "../model/errors.ts";
import type { LightningStore } from "../store/lightning_store.ts";
import type { Log } from "../store/log.ts";
import { openLightningStore } from "../store/open.ts";
import type { StoreOptions } from "../store/store.ts";
import type { Given } from "./arguments.ts";
import { type Failure, misuse, trouble } from "./failure.ts";
import type { FlagValues } from "./flags.ts";
import { type Environment, sourceOf } from "./sources.ts";

/** A store by its URL. */
export interface StoreChoice {
  readonly url: string;
  /** What has named it, for messages: a flag, or a variable of the environment. */
  readonly source: string;
  readonly partition: string;
  readonly scanDebounceSeconds: number;
  readonly scanIntervalSeconds: number;
}

/** The store that the flags name, or what is wrong with them. */
export const storeChoice = (
  given: Given,
  env: Environment,
  values: FlagValues,
): E.Either<readonly string[], StoreChoice> => {
  const { backend, store, "mongo-uri": mongoUri, partition } = values;
  const url = backend === null ? store : {
    memory: "memory:",
    sqlite: "sqlite:./lightning.db",
    mongo: mongoUri,
  }[backend];
  const named = backend === null ? "store" : backend === "mongo" ? "mongo-uri" : "backend";
  const wrong = [
    ...given.has("store") && given.has("backend")
      ? ["--backend: it is the short form of --store; give one of them"]
      : [],
    ...given.has("mongo-uri") && backend !== "mongo"
      ? ["--mongo-uri: it goes with --backend mongo"]
      : [],
    // Memory is nobody else's, and a server knows its own.
    ...partition !== null && !/^(sqlite|mongodb(\+srv)?):/.test(url)
      ? ["--partition: it goes with sqlite:… and mongodb://…"]
      : [],
  ];
  return wrong.length > 0 ? E.left(wrong) : E.right({
    url,
    source: sourceOf(named, given, env).name,
    partition: partition ?? "default",
    scanDebounceSeconds: values["scan-debounce-seconds"],
    scanIntervalSeconds: values["scan-interval-seconds"],
  });
};

/** Opens the store, or says what to do about it. */
export const openChosen = (
  { url, source, partition, ...scans }: StoreChoice,
  log: Log,
  onFinish: StoreOptions["onFinish"],
): TE.TaskEither<Failure, LightningStore> =>
  pipe(
    openLightningStore(url, {
      ...scans,
      log,
      ...onFinish === undefined ? {} : { onFinish },
      // The wire tells 1 from 1.0.
      numbers: "exact",
      coalesce: (run) => void setImmediate(run),
      // Answers are sent, and nothing else happens to them.
      memory: { frozen: false },
      sqlite: { partition },
      mongo: { partition, warn: (message) => log({ level: "warn", message, details: {} }) },
    }),
    TE.mapLeft((error) => explained({ url, source }, error)),
  );

/** Why a store cannot be opened, with what to do then. */
export const explained = (
  { url, source }: Pick<StoreChoice, "url" | "source">,
  error: StoreError,
): Failure => {
  if (error._tag === "InvalidArgument") {
    return misuse(`${source} ${withoutSecrets(url)}: ${error.message}`);
  }
  if (error._tag === "Backend" && error.cause instanceof Error && MISREAD.test(error.cause.name)) {
    const advice = url.includes("@") ? `\n${ESCAPES}` : "";
    return misuse(`${source}: ${error.message}${advice}`);
  }
  const [, advice] = ADVICE.find(([words]) => words.test(error.message)) ?? [];
  return trouble(advice === undefined ? error.message : `${error.message}\n${advice}`);
};

/** The names of what MongoDB's driver raises when it reads an address, before it asks anybody. */
const MISREAD = /^(Mongo(Parse|Runtime|API|InvalidArgument|MissingCredentials)Error|URIError)$/;

const ESCAPES = "In its user and password, @ is written %40, / %2F, : %3A, ? %3F, # %23 and % %25.";

/** The words of an engine, and what to do then. Source of SQLite's: sqlite.org/c3ref/errcode.html. */
const ADVICE: readonly (readonly [words: RegExp, advice: string])[] = [
  [/database is locked/, "Another process holds it: stop that one, or name another store."],
  [/readonly database/, "Make the file and its folder writable, or name another store."],
  [
    /unable to open/,
    "It must be a file in a folder that is there, and both writable: see to it, or name another store.",
  ],
  [/not a database/, "It is a file of another kind: name another store."],
  [
    /disk image is malformed/,
    "The file is damaged: put a backup in its place, or see what `.recover` of sqlite3 finds in it.",
  ],
  [/disk is full/, "Make room on its disk, or name another store."],
  [/MongoDB/, "Start the server, or correct its hosts, user or replica set."],
];
