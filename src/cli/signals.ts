/** Signals that ask the process to end. */

/** What the shell expects of a process that a signal has ended. */
const CODES = { SIGINT: 130, SIGTERM: 143, SIGBREAK: 149 } as const;

/** What Windows does not know is left out there. */
const ASKING: readonly (keyof typeof CODES)[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM"];

/** The first signal, and the second one with the code to exit with; either may never come. */
export interface StopSignals {
  readonly first: Promise<void>;
  readonly second: Promise<number>;
}

/** Hears of them from now on. */
export const stopSignals = (): StopSignals => {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<number>();
  let heard = 0;
  for (const signal of ASKING) {
    Deno.addSignalListener(signal, () => {
      if (++heard === 1) first.resolve();
      else second.resolve(CODES[signal]);
    });
  }
  return { first: first.promise, second: second.promise };
};
