/** Numbers that order what is inserted and what is queued. */

/** Draws a number that is above all that were drawn before. */
export type Order = () => number;

/**
 * The time in microseconds, as far as it goes: within a process, and after `latest`, every number is
 * above the one before it. Between processes the order is as good as their clocks (K-27).
 */
export const orderAfter = (latest: number): Order => {
  let last = latest;
  return () => last = Math.max(last + 1, Date.now() * 1000);
};
