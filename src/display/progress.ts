/** How far a store's rollouts are. */

/** How many rollouts there are in each phase of their life. */
export interface RolloutCounts {
  /** They wait for a runner. */
  readonly queued: number;
  /** A runner is at work. */
  readonly running: number;
  /** They ended well. */
  readonly succeeded: number;
  /** They ended badly. */
  readonly failed: number;
  /** They were called off. */
  readonly cancelled: number;
}

/** The counts at one moment, in seconds. */
export interface Sample {
  readonly time: number;
  readonly counts: RolloutCounts;
}

/** How far a store's rollouts are, and how fast they go. */
export interface Progress extends RolloutCounts {
  /** All of them. */
  readonly total: number;
  /** How many a second are finished, of late; null while that is not known. */
  readonly rate: number | null;
  /** How many seconds the others will take at this rate; null while that is not known. */
  readonly seconds_left: number | null;
}

/** How far rollouts are at the last of two samples, and how fast they went from the first to it. */
export const progressOf = (
  { first, last }: { readonly first: Sample; readonly last: Sample },
): Progress => {
  const { counts } = last;
  const open = counts.queued + counts.running;
  const finished = finishedIn(counts);
  const seconds = last.time - first.time;
  const rate = seconds > 0 ? Math.max(0, finished - finishedIn(first.counts)) / seconds : null;
  return {
    ...counts,
    total: open + finished,
    rate,
    seconds_left: open === 0 ? 0 : rate === null || rate === 0 ? null : open / rate,
  };
};

/** Whether nothing is left to do. */
export const isDone = ({ queued, running }: RolloutCounts): boolean => queued + running === 0;

/** The samples that tell the present rate: those of the last half a minute, and always the latest two. */
export const recent = (samples: readonly Sample[]): readonly Sample[] => {
  const latest = samples.at(-1)?.time ?? 0;
  return samples.filter(({ time }, i) => i >= samples.length - 2 || latest - time <= RATE_SECONDS);
};

const RATE_SECONDS = 30;

const finishedIn = ({ succeeded, failed, cancelled }: RolloutCounts): number =>
  succeeded + failed + cancelled;
