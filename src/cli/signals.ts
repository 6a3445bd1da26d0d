/** Signals that ask the process to end. */

/** What the shell expects of a process that a signal has ended. */
const CODES = { SIGINT: 130, SIGTERM: 143, SIGBREAK: 149 } as const;

/** What Windows does not know is left out there. */
const ASKING: readonly (keyof typeof CODES)[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM"];

/**
 * How long signals count as copies of the first, in milliseconds. A terminal signals all processes
 * of a group, and so do systemd and timeout(1); `deno task` and npm pass theirs on to a child that
 * has it already.
 */
const COPIES_MS = 1000;

/** The first signal, and the second one with the code to exit with; either may never come. */
export interface StopSignals {
  readonly first: Promise<void>;
  readonly second: Promise<number>;
}

/** Hears of them from now on. */
export const stopSignals = (): StopSignals => {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<number>();
  const telling = tellSignals(() => performance.now());
  for (const signal of ASKING) {
    Deno.addSignalListener(signal, () => {
      const heard = telling();
      if (heard === "first") first.resolve();
      if (heard === "second") second.resolve(CODES[signal]);
    });
  }
  return { first: first.promise, second: second.promise };
};

/** Says at each signal which one it is, by a clock in milliseconds that never goes back. */
export const tellSignals = (now: () => number): () => "first" | "copy" | "second" => {
  let since: number | null = null;
  return () => {
    if (since !== null) return now() - since < COPIES_MS ? "copy" : "second";
    since = now();
    return "first";
  };
};
