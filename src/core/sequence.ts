/** The counter of a rollout's spans. Contract section 6. */

/** Half of the integers that a double holds exactly: a counter has as many left to go on with. */
const FARTHEST = 2 ** 52;

/**
 * Gives a span its sequence id: the one that it brings, or the next one where it brings none
 * (null). The counter starts at 0, follows what was given up to 2^52, and never falls.
 */
export const sequence = (
  counter: number,
  wanted: number | null,
): { readonly id: number; readonly counter: number } => {
  const id = wanted ?? counter + 1;
  return { id, counter: wanted === null ? id : Math.max(counter, followed(wanted)) };
};

const followed = (id: number): number => Math.min(id, FARTHEST);

/** What spans do to the counter, whatever it is: it becomes the greater of `counter + added` and `floor`. */
export interface Advance {
  /** How many next ones are wanted. */
  readonly added: number;
  /** Below this it cannot be afterwards. */
  readonly floor: number;
}

/** The {@linkcode Advance} of a run of {@linkcode sequence}, for an engine that counts by itself. */
export const advanceOf = (wanted: readonly (number | null)[]): Advance =>
  wanted.reduce<Advance>(
    ({ added, floor }, id) =>
      id === null
        ? { added: added + 1, floor: floor + 1 }
        : { added, floor: Math.max(floor, followed(id)) },
    { added: 0, floor: 0 },
  );

/** The ids that a run of {@linkcode sequence} gives, counted on from `counter`. */
export const sequenceAll = (
  counter: number,
  wanted: readonly (number | null)[],
): readonly number[] => {
  let last = counter;
  return wanted.map((it) => {
    const { id, counter: next } = sequence(last, it);
    last = next;
    return id;
  });
};
