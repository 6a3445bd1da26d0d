/** The counter of a rollout's spans. Contract section 6. */

/**
 * Gives a span its sequence id: the one that it brings, or the next one where it brings none
 * (null). The counter starts at 0, counts what was given, and never falls.
 */
export const sequence = (
  counter: number,
  wanted: number | null,
): { readonly id: number; readonly counter: number } => {
  const id = wanted ?? counter + 1;
  return { id, counter: Math.max(counter, id) };
};
