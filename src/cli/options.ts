/** What the command line and the environment say. */

import { E, pipe } from "../deps/fp.ts";
import type { HttpOptions } from "../http/app.ts";
import type { LogEvent } from "../store/log.ts";
import { type Given, readArguments, suggestion } from "./arguments.ts";
import { type Flag, type FlagName, FLAGS, type FlagValues } from "./flags.ts";
import { hostsAt } from "./hosts.ts";
import { type Environment, sourceOf } from "./sources.ts";
import { type StoreChoice, storeChoice } from "./store_choice.ts";
import type { TokenSource } from "./token.ts";

/** What there is to do. */
export type Command = { readonly _tag: "help" } | { readonly _tag: "serve" } & ServeOptions;

/** How to serve which store. */
export interface ServeOptions {
  readonly hostname: string;
  /** 0 lets the system choose one. */
  readonly port: number;
  readonly store: StoreChoice;
  readonly token: TokenSource;
  readonly http: Omit<HttpOptions, "token" | "stopping" | "log" | "pages" | "metrics">;
  /** Whether there are figures for Prometheus. */
  readonly hasMetrics: boolean;
  /** The folder of a dashboard; null for none. */
  readonly dashboard: string | null;
  /** The least level that is logged. */
  readonly level: LogEvent["level"];
  /** How long a stop may take. */
  readonly stopSeconds: number;
  /** What was asked for and is not done, in sentences. */
  readonly warnings: readonly string[];
}

/** What to do, or a sentence on each thing that is wrong. */
export const readOptions = (
  args: readonly string[],
  env: Environment,
): E.Either<readonly string[], Command> => {
  const found = readArguments(args);
  if (E.isLeft(found)) return found;
  const { given, words: [command = "serve", ...more] } = found.right;
  if (given.has("help")) return E.right({ _tag: "help" });
  if (command !== "serve") {
    return E.left([`${command}: there is no such command${suggestion(command, ["serve"])}`]);
  }
  if (more.length > 0) {
    return E.left(more.map((word) => `${word}: expected a flag, such as --port`));
  }
  return pipe(
    valuesOf(given, env),
    E.chain((values) =>
      pipe(
        storeChoice(given, env, values),
        E.map((store) => ({ _tag: "serve", ...serveOptions(values, store, env) })),
      )
    ),
  );
};

/** What each flag says, by itself. */
const valuesOf = (given: Given, env: Environment): E.Either<readonly string[], FlagValues> => {
  const read = Object.entries<Flag<unknown>>(FLAGS).map(([name, flag]) => {
    // The entries of a table do not tell that these are its keys.
    const { name: source, texts } = sourceOf(name as FlagName, given, env);
    return { name, outcome: pipe(flag.read(texts), E.mapLeft((why) => `${source}: ${why}`)) };
  });
  const wrong = read.flatMap(({ outcome }) => E.isLeft(outcome) ? [outcome.left] : []);
  if (wrong.length > 0) return E.left(wrong);
  const values = read.map(({ name, outcome }) => [name, E.toUnion(outcome)]);
  // Each value is of the type of the row that has read it, which the entries do not tell.
  return E.right(Object.fromEntries(values) as FlagValues);
};

const serveOptions = (values: FlagValues, store: StoreChoice, env: Environment): ServeOptions => {
  const { host, port, tracker, "n-workers": workers, "token-file": file } = values;
  const text = env("LIGHTNING_TOKEN") ?? "";
  const hosts = hostsAt(host, values["allowed-host"]);
  return {
    hostname: host,
    port,
    store,
    token: file !== null ? { file } : text !== "" ? { text } : null,
    http: {
      origins: values["cors-origin"],
      ...hosts === null ? {} : { hosts },
      maxBodyBytes: values["max-body-bytes"],
      bodySeconds: values["max-body-seconds"],
      maxRequests: values["max-requests"],
      maxWaits: values["max-waits"],
    },
    hasMetrics: tracker.includes("prometheus"),
    dashboard: values.dashboard,
    level: values["log-level"],
    stopSeconds: values["stop-seconds"],
    warnings: [
      ...workers > 1
        ? [`--n-workers ${workers}: one process serves; start more of them on one MongoDB instead`]
        : [],
      ...tracker.includes("console")
        ? ["--tracker console: there is no such tracker; prometheus has the figures"]
        : [],
    ],
  };
};
