/** Requests to a server, each made again where that is safe. */

import { E } from "../deps/fp.ts";
import {
  applyPolicy,
  capDelay,
  defaultRetryStatus,
  exponentialBackoff,
  limitRetries,
  RetryPolicies,
} from "../deps/retry.ts";
import { aborted, backendError, type StoreError } from "../model/errors.ts";
import { type Ask, type Attempted, exchanging, leftFor } from "./exchange.ts";
import { rest, sharing, within } from "./limits.ts";
import type { Connection } from "./options.ts";

/** A server at the other end. */
export interface Transport {
  /** Asks it. It never rejects. */
  readonly ask: (ask: Ask) => Promise<E.Either<StoreError, unknown>>;
  /**
   * Whether it is one of ours, which know more than those of agent-lightning. It is asked if it has
   * not told yet; null for one that does not answer, or not before the signal ends.
   */
  readonly isOurs: (signal?: AbortSignal) => Promise<boolean | null>;
  /** Lets nothing more be asked, and ends what is held. */
  readonly close: () => void;
}

const CLOSED = E.left(backendError("The store is closed", null));

const HEALTH: Ask = { method: "GET", path: "/health", again: "always" };

/** Connects to nothing yet: each request stands by itself. */
export const transport = (connection: Connection): Transport => {
  /** What ends that which waits: requests that are held, and pauses. */
  const endings = new Set<() => void>();
  const exchange = exchanging(connection, endings);
  const policy = capDelay(
    2000,
    RetryPolicies.concat(exponentialBackoff(100), limitRetries(connection.retries)),
  );
  let isClosed = false;
  /** What the last answer told. */
  let ours: boolean | null = null;
  /** The request that finds it out: one for all who want to know. */
  let probe: Promise<unknown> | null = null;

  const once = async (ask: Ask, key: string | null): Promise<Attempted> => {
    const attempted = await exchange(ask, key);
    ours = attempted.ours ?? ours;
    return attempted;
  };

  const isOurs: Transport["isOurs"] = async (signal) => {
    if (ours !== null || isClosed || signal?.aborted) return ours;
    probe ??= within(
      { milliseconds: Infinity, endings },
      (signal) => once({ ...HEALTH, signal }, null),
    ).finally(() => {
      probe = null;
    });
    await sharing(probe, { milliseconds: Infinity, signal, endings });
    return ours;
  };

  /** Why it is not asked at all. */
  const refusal = ({ signal }: Ask): E.Either<StoreError, never> | null =>
    isClosed ? CLOSED : signal?.aborted ? E.left(aborted(signal.reason)) : null;

  /** How long to rest before the next try, in ms; null where there is none. */
  const pauses = (ask: Ask): (last: Attempted) => number | null => {
    let status = defaultRetryStatus;
    return ({ pause }) => {
      status = applyPolicy(policy, status);
      const { previousDelay: delay } = status;
      if (delay._tag === "None") return null;
      const next = Math.max(delay.value, Math.min(pause, connection.timeoutSeconds * 1000));
      return next < leftFor(ask, connection) ? next : null;
    };
  };

  const ask: Transport["ask"] = async (ask) => {
    const key = ask.again === "with key" || ask.again === "key or not" ? freshKey() : null;
    const pauseAfter = pauses(ask);
    for (let last: Attempted | null = null;;) {
      const refused = refusal(ask);
      if (refused !== null) return refused;
      const may: boolean | null = last === null || ask.again !== "with key" ||
        await isOurs(ask.signal);
      if (last !== null && may === false) return last.outcome;
      // One that does not answer may do so later.
      if (last === null || may) last = await once(ask, key);
      if (isClosed && E.isLeft(last.outcome)) return CLOSED;
      if (!last.passing || ask.again === "never") return last.outcome;
      const milliseconds = pauseAfter(last);
      if (milliseconds === null) return last.outcome;
      await rest({ milliseconds, signal: ask.signal, endings });
    }
  };

  return {
    ask,
    isOurs,
    close: () => {
      isClosed = true;
      for (const end of endings) end();
    },
  };
};

/** Pages that come without TLS have this, and no `randomUUID`. */
const freshKey = (): string => crypto.getRandomValues(new Uint32Array(4)).join("-");
