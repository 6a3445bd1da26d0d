/** Whoever listens to what others do. */

/** A listener whose failure undoes nothing that the store has done. */
export const harmless = <A>(listener: (event: A) => void) => (event: A): void => {
  try {
    listener(event);
  } catch {
    // There is nowhere left to tell.
  }
};
