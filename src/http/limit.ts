/** How much may go on at once. */

/** Lets so many go at once, and refuses others by a sentence. */
export type Limit = <A>(run: () => Promise<A>, refuse: (sentence: string) => A) => Promise<A>;

/** A limit of so many of a kind. */
export const limit = (most: number, kind: string): Limit => {
  let going = 0;
  const leave = (): void => {
    going--;
  };
  return (run, refuse) => {
    if (going >= most) return Promise.resolve(refuse(`${most} ${kind} already`));
    going++;
    const running = run();
    running.then(leave, leave);
    return running;
  };
};
