/** What runs within limits: of time, and as long as whoever asked for it is there. */

import { atEnd } from "../store/at_end.ts";
import { LONGEST_TIMER } from "../store/doorbell.ts";

/** What ends something before it is done. */
export interface Limits {
  /** It ends after so many; a longer time than a timer can make does not end it later than that. */
  readonly milliseconds: number;
  /** It ends with this one. */
  readonly signal?: AbortSignal | undefined;
  /** It can be ended from here as long as it runs. */
  readonly endings?: Set<() => void> | undefined;
}

/**
 * Runs something with a signal of its own, which ends when a limit is met. Nothing of it stays behind:
 * `AbortSignal.timeout` lasts until its time has come, `AbortSignal.any` as long as the signals that
 * it listens to, and Node lets go of both while somebody still counts on them.
 */
export const within = async <A>(
  { milliseconds, signal, endings }: Limits,
  run: (signal: AbortSignal) => Promise<A>,
): Promise<A> => {
  const own = new AbortController();
  const end = () => own.abort(signal?.reason);
  const timer = milliseconds === Infinity
    ? undefined
    : setTimeout(() => own.abort(tooLong(milliseconds)), Math.min(milliseconds, LONGEST_TIMER));
  const letGo = atEnd(signal, end);
  endings?.add(end);
  if (signal?.aborted) end();
  try {
    return await run(own.signal);
  } finally {
    clearTimeout(timer);
    letGo();
    endings?.delete(end);
  }
};

/** Rests until a limit is met. */
export const rest = (limits: Limits): Promise<void> => within(limits, ended);

/** Waits for something that others wait for too, until it is there or a limit is met. */
export const sharing = (work: Promise<unknown>, limits: Limits): Promise<unknown> =>
  within(limits, (signal) => Promise.race([work, ended(signal)]));

/** What comes before a signal ends; it rejects with the reason of that, whether or not the work heeds it. */
export const untilEnded = <A>(work: Promise<A>, signal: AbortSignal): Promise<A> =>
  Promise.race([work, ended(signal).then(() => Promise.reject(signal.reason))]);

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

const tooLong = (milliseconds: number): DOMException =>
  new DOMException(
    `it took longer than ${Math.round(milliseconds) / 1000} seconds`,
    "TimeoutError",
  );
