/** The flags of `serve`: a table from which they are read, and from which the help comes. */

import { E } from "../deps/fp.ts";
import { describe } from "../model/codec.ts";
import {
  Address,
  BackendName,
  Count,
  HostName,
  Level,
  Origin,
  Patience,
  Port,
  Seconds,
  TrackerName,
  type Value,
  Word,
} from "./values.ts";

/** How people are told of a flag. */
interface About {
  /** What stands for its value; null for a flag that has none. */
  readonly placeholder: string | null;
  /** What it does, in lines. */
  readonly help: readonly string[];
  /** The variable of the environment that counts where it is absent. */
  readonly env?: string;
}

/** One flag. */
export interface Flag<A> extends About {
  /** What counts where it is absent, as text. */
  readonly fallback?: string;
  /** Whether words that follow belong to it as well. */
  readonly several?: true;
  /** Reads what stands behind it, each time that it is there. */
  readonly read: (given: readonly string[]) => E.Either<string, A>;
}

/** A flag of which the last one counts. */
const single = <A>(value: Value<A>, fallback: string, about: About): Flag<A> => ({
  ...about,
  fallback,
  read: (given) => reading(value)(given.at(-1) ?? fallback),
});

/** A flag of which the last one counts, and that may be absent. */
const optional = <A>(value: Value<A>, about: About): Flag<A | null> => ({
  ...about,
  read: (given) => {
    const last = given.at(-1);
    return last === undefined ? E.right(null) : reading(value)(last);
  },
});

/** A flag that may be there several times. */
const repeated = <A>(value: Value<A>, about: About): Flag<readonly A[]> => ({
  ...about,
  read: E.traverseArray(reading(value)),
});

const reading = <A>({ expected, read }: Value<A>) => (text: string): E.Either<string, A> =>
  E.fromNullable(`expected ${expected}, got ${describe(text)}`)(read(text));

/** Those of `agl store` come first, under their names. */
export const FLAGS = {
  host: single(Address, "127.0.0.1", {
    placeholder: "ADDRESS",
    help: ["where to listen; 0.0.0.0 for all addresses of this machine"],
  }),
  port: single(Port, "4747", {
    placeholder: "PORT",
    help: ["the port; 0 takes a free one"],
  }),
  "cors-origin": repeated(Origin, {
    placeholder: "ORIGIN",
    help: ["web pages that may ask, such as http://localhost:3000;", "repeatable; * for all"],
  }),
  "log-level": single(Level, "INFO", {
    placeholder: "LEVEL",
    help: ["DEBUG, INFO, WARNING or ERROR; INFO has one line a request"],
  }),
  tracker: {
    ...repeated(TrackerName, {
      placeholder: "NAME",
      help: ["prometheus serves figures at /v1/prometheus"],
    }),
    several: true,
  },
  "n-workers": single(Count, "1", {
    placeholder: "COUNT",
    help: ["accepted for the sake of agl; one process serves"],
  }),
  backend: optional(BackendName, {
    placeholder: "NAME",
    help: ["memory, sqlite or mongo: the short form of --store"],
  }),
  "mongo-uri": single(Word, "mongodb://localhost:27017/?replicaSet=rs0", {
    placeholder: "URI",
    help: ["the server of --backend mongo"],
  }),
  store: single(Word, "sqlite:./lightning.db", {
    placeholder: "URL",
    env: "LIGHTNING_STORE",
    help: ["memory:, sqlite:PATH, mongodb://… or http://…"],
  }),
  partition: optional(Word, {
    placeholder: "NAME",
    help: ["stores of other partitions of the file or database", "do not meet (default: default)"],
  }),
  "token-file": optional(Word, {
    placeholder: "FILE",
    help: ["holds the token that whoever asks must bring;", "LIGHTNING_TOKEN may hold it instead"],
  }),
  dashboard: optional(Word, {
    placeholder: "FOLDER",
    help: ["serves the files of a dashboard, such as agent-lightning's own"],
  }),
  "allowed-host": repeated(HostName, {
    placeholder: "NAME",
    help: [
      "a name under which the server may be asked, besides those of",
      "its address; repeatable; * for any",
      "(default: any at an address of other machines, else none)",
    ],
  }),
  "max-body-bytes": single(Count, String(64 * 2 ** 20), {
    placeholder: "BYTES",
    help: ["the largest body; a larger one gets 413"],
  }),
  "max-body-seconds": single(Patience, "30", {
    placeholder: "SECONDS",
    help: ["how long a body may take to come; a slower one gets 408"],
  }),
  "max-requests": single(Count, "1000", {
    placeholder: "COUNT",
    help: ["requests in work at once; more get 503"],
  }),
  "max-waits": single(Count, "10000", {
    placeholder: "COUNT",
    help: ["waits that are held, and bodies on their way, at once;", "more get 503"],
  }),
  "scan-debounce-seconds": single(Seconds, "10", {
    placeholder: "SECONDS",
    env: "AGL_SCAN_DEBOUNCE_SECONDS",
    help: ["the least time between two looks for what has died"],
  }),
  "scan-interval-seconds": single(Seconds, "5", {
    placeholder: "SECONDS",
    help: ["looks by a timer too, so that idle stores notice; 0: never"],
  }),
  "stop-seconds": single(Patience, "10", {
    placeholder: "SECONDS",
    help: ["how long a stop may take to finish what runs"],
  }),
  help: {
    placeholder: null,
    help: ["shows this"],
    read: (given) => E.right(given.length > 0),
  } satisfies Flag<boolean>,
} satisfies Readonly<Record<string, Flag<unknown>>>;

/** The name of a flag. */
export type FlagName = keyof typeof FLAGS;

/** What the flags say. */
export type FlagValues = {
  readonly [K in FlagName]: (typeof FLAGS)[K] extends Flag<infer A> ? A : never;
};
