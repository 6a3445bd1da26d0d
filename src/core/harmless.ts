/** Whoever listens to what others do. */

/** A listener whose failure undoes nothing that the store has done. */
export const harmless =
  <P extends readonly unknown[]>(listener: (...told: P) => void) => (...told: P): void => {
    try {
      listener(...told);
    } catch {
      // There is nowhere left to tell.
    }
  };
