/** How much may go on at once. */

import { type Answer, busy, refused } from "./answer.ts";

/** Lets so many go at once, and refuses others. What it runs does not throw. */
export type Limit = <A>(run: () => Promise<A>) => Promise<A | Answer>;

/** A limit of so many. */
export const limit = (most: number): Limit => {
  let going = 0;
  const leave = (): void => {
    going--;
  };
  return (run) => {
    if (going >= most) {
      return Promise.resolve(refused(busy(`${most} requests of this kind are in work already`)));
    }
    going++;
    const running = run();
    running.then(leave, leave);
    return running;
  };
};
