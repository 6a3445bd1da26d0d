/** The service: a store behind HTTP, from its start to its stop. */

import { withoutSecrets } from "../core/secrets.ts";
import { E, TE } from "../deps/fp.ts";
import { httpApp } from "../http/app.ts";
import { newMetrics } from "../http/metrics.ts";
import type { Pages } from "../http/pages.ts";
import type { LightningStore } from "../store/lightning_store.ts";
import type { Log, LogEvent } from "../store/log.ts";
import { banner } from "./banner.ts";
import { dashboardIn } from "./dashboard.ts";
import { type Failure, trouble } from "./failure.ts";
import { isLoopback } from "./hosts.ts";
import { listen, type Listening } from "./listening.ts";
import { jsonLog, requestEvent } from "./log.ts";
import type { ServeOptions } from "./options.ts";
import { stopSignals } from "./signals.ts";
import { openChosen, type StoreChoice } from "./store_choice.ts";
import { readToken } from "./token.ts";

/** Serves until a signal ends it; answers with the exit code. */
export const serve = async (options: ServeOptions): Promise<E.Either<Failure, number>> => {
  const { store: choice, hostname, port, level, stopSeconds } = options;
  const log = jsonLog(level);
  const token = await readToken(options.token)();
  if (E.isLeft(token)) return token;
  const pages = await pagesOf(options)();
  if (E.isLeft(pages)) return pages;
  const metrics = options.hasMetrics ? newMetrics() : null;
  const { first, second } = stopSignals();
  const store = await sayingIfLong(
    Promise.race([
      openChosen(choice, log, metrics?.finished)(),
      first.then(() => null),
    ]),
    () => log(opening(choice)),
  );
  // Nothing has been asked yet.
  if (store === null) return E.right(0);
  if (E.isLeft(store)) return store;

  const stopping = new AbortController();
  const app = httpApp(store.right, {
    ...options.http,
    ...token.right === null ? {} : { token: token.right },
    ...pages.right === null ? {} : { pages: pages.right },
    ...metrics === null ? {} : { metrics },
    stopping: stopping.signal,
    log: (line) => log(requestEvent(line)),
  });
  const server = listen(app, { hostname, port });
  if (E.isLeft(server)) {
    await store.right.close()();
    return server;
  }
  const { address } = server.right;
  const hasToken = token.right !== null;
  warn(log, options, hasToken);
  console.log(banner({ store: withoutSecrets(choice.url), address, hasToken }));

  await first;
  log({ level: "info", message: "Stopping", details: {} });
  stopping.abort();
  return await Promise.race([
    stop(server.right, store.right, stopSeconds),
    second.then((code) => {
      log({ level: "warn", message: "Stopping at once", details: {} });
      return E.right(code);
    }),
  ]);
};

/** Says what is under way where it takes more than a second. */
const sayingIfLong = async <A>(task: Promise<A>, say: () => void): Promise<A> => {
  const timer = setTimeout(say, 1000);
  return await task.finally(() => clearTimeout(timer));
};

/** MongoDB's driver waits for 30 seconds, unless the URL has another `serverSelectionTimeoutMS`. */
const opening = ({ url }: StoreChoice): LogEvent => ({
  level: "info",
  message: "Still opening the store",
  details: { store: withoutSecrets(url) },
});

const pagesOf = ({ dashboard }: ServeOptions): TE.TaskEither<Failure, Pages | null> =>
  dashboard === null ? TE.right(null) : dashboardIn(dashboard);

const warn = (log: Log, options: ServeOptions, hasToken: boolean): void => {
  const open = hasToken
    ? []
    : openDoors(options).map(([flag, who]) =>
      `${flag}: ${who} may read and change all; give it a --token-file`
    );
  for (const message of [...options.warnings, ...open]) {
    log({ level: "warn", message, details: {} });
  }
};

/** Whom the flags let in, unless a token stops them. */
const openDoors = (
  { hostname, http: { origins = [], hosts } }: ServeOptions,
): readonly (readonly [flag: string, who: string])[] => [
  ...isLoopback(hostname) ? [] : [[`--host ${hostname}`, "whoever reaches it"]] as const,
  ...origins.includes("*") ? [["--cors-origin *", "any web page"]] as const : [],
  ...isLoopback(hostname) && hosts === undefined
    ? [["--allowed-host *", "any web page that takes a name for this address"]] as const
    : [],
];

/** What runs is finished first, and needs the store until then. */
const stop = async (
  server: Listening,
  store: LightningStore,
  seconds: number,
): Promise<E.Either<Failure, number>> => {
  await Promise.race([server.stop(), after(seconds)]);
  if (server.running() > 0) {
    return E.left(trouble(`Requests still ran ${seconds} s after the signal: they are cut off`));
  }
  const closed = await store.close()();
  return E.isLeft(closed) ? E.left(trouble(closed.left.message)) : E.right(0);
};

const after = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000));
