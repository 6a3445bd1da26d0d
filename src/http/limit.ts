/** How much may go on at once. */

/** Lets so many go at once; any other gets what `refuse` makes. */
export type Limit = <A>(run: () => Promise<A>, refuse: () => A) => Promise<A>;

/** A limit of so many. */
export const limit = (most: number): Limit => {
  let going = 0;
  const leave = (): void => {
    going--;
  };
  return (run, refuse) => {
    if (going >= most) return Promise.resolve(refuse());
    // One that throws has not begun.
    const running = run();
    going++;
    running.then(leave, leave);
    return running;
  };
};

/** What a server says to whoever comes when there are too many. */
export const TOO_MANY = {
  requests: "Too many requests are in work; ask again",
  waits: "Too many waits are held; ask again",
  bodies: "Too many bodies are on their way; ask again",
};
