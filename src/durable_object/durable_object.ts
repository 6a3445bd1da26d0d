/** A store in a Durable Object of Cloudflare's, with its HTTP face. */

import { sqlite } from "../backends/sqlite/sqlite.ts";
import { pipe, TE } from "../deps/fp.ts";
import { httpApp, type HttpOptions } from "../http/app.ts";
import type { LightningStore } from "../store/lightning_store.ts";
import { waitingAtMost } from "../store/patience.ts";
import { valueOf } from "../store/promises.ts";
import { createStore, type StoreOptions } from "../store/store.ts";
import { alarm } from "./alarm.ts";
import { durableObjectDriver } from "./driver.ts";
import type { DurableObjectState } from "./platform.ts";

/** Options of {@linkcode durableObject}. */
export interface DurableObjectOptions extends StoreOptions {
  /** Default: 5, so that each alarm finds a scan due. */
  readonly scanDebounceSeconds?: number;
  /**
   * Scans by alarm as well, so many seconds after each other, as long as anything can expire.
   * Default: 10. No alarms for zero and less.
   */
  readonly scanIntervalSeconds?: number;
  /** Of the HTTP face: the token above all, for an object is as public as the Worker before it. */
  readonly http?: HttpOptions;
}

/** What the platform calls of a Durable Object. Both reject where the database cannot be used. */
export interface DurableObject {
  /** Answers a request, as `httpApp` does. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Takes the object's alarm, which is the watchdog's timer and nobody else's. */
  readonly alarm: () => Promise<void>;
}

/**
 * The longest time for which a claim is held, in seconds. The platform does not tell that a caller is
 * gone, and what is claimed for one is nobody's.
 */
const LONGEST_CLAIM = 1;

const impatient = (store: LightningStore): LightningStore => ({
  ...store,
  dequeueManyRollouts: (args = {}, options) =>
    store.dequeueManyRollouts(waitingAtMost(LONGEST_CLAIM, args), options),
});

/**
 * Makes a store of a Durable Object: its records in the object's own SQLite database, its HTTP face
 * before it. What it has acknowledged survives the object, which the platform may end at any time.
 * A rollout's input and metadata together, one span and one version of resources may have 2 MB each;
 * what is larger is answered with `Backend`, and changes nothing. A claim is held for a second at
 * most, after which a client asks again.
 *
 * @example The class that the platform asks for
 * ```ts
 * import { durableObject, type DurableObjectState } from "@lightning/store/durable-object";
 *
 * export class LightningStore {
 *   readonly fetch;
 *   readonly alarm;
 *
 *   constructor(state: DurableObjectState, { LIGHTNING_TOKEN: token }: { LIGHTNING_TOKEN?: string }) {
 *     const { fetch, alarm } = durableObject(state, { http: { token } });
 *     this.fetch = fetch;
 *     this.alarm = alarm;
 *   }
 * }
 * ```
 */
export const durableObject = (
  { storage }: DurableObjectState,
  options: DurableObjectOptions = {},
): DurableObject => {
  const { scanDebounceSeconds = 5, scanIntervalSeconds = 10, http, ...others } = options;
  const opened = pipe(
    sqlite({ driver: durableObjectDriver(storage), shared: false, numbers: "exact" }),
    TE.map((backend) => {
      const store = createStore(backend, { ...others, scanDebounceSeconds });
      const watch = alarm({ storage, backend, store, seconds: scanIntervalSeconds });
      return { app: httpApp(impatient(store), http), watch };
    }),
  )();
  return {
    fetch: async (request) => {
      const { app, watch } = valueOf(await opened);
      const answer = await app(request);
      await watch.arm();
      return answer;
    },
    alarm: async () => await valueOf(await opened).watch.ring(),
  };
};
