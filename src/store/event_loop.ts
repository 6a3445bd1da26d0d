/** The event loop, which an engine that answers at once does not let go. */

/** Lets whatever else waits have its turn. */
export const othersTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
