/** Someone who waits at a door; a ring before the wait counts. */

/** A door with a bell. */
export interface Doorbell {
  readonly ring: () => void;
  /** Waits for a ring, at most so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** The longest pause that a timer can make, in ms. */
export const LONGEST_TIMER = 2 ** 31 - 1;

export const doorbell = (): Doorbell => {
  let rung = false;
  let answer: (() => void) | null = null;
  return {
    ring: () => {
      rung = true;
      answer?.();
    },
    wait: (milliseconds) =>
      new Promise<void>((resolve) => {
        if (rung) return resolve();
        const timer = setTimeout(resolve, Math.min(milliseconds, LONGEST_TIMER));
        answer = () => {
          clearTimeout(timer);
          resolve();
        };
      }).then(() => {
        rung = false;
        answer = null;
      }),
  };
};

/** Pauses in ms, each longer than the one before it, up to the longest. */
export interface Pauses {
  readonly first: number;
  readonly longest: number;
  readonly factor: number;
}

/** How long to wait between two looks at what others change. */
export const POLL: Pauses = { first: 10, longest: 500, factor: 1.5 };

/** The next pause, and the next one. */
export const growing = ({ first, longest, factor }: Pauses): () => number => {
  let next = first;
  return () => {
    const pause = next;
    next = Math.min(longest, next * factor);
    return pause;
  };
};
