/** An index of items by their deadline. */

import { Heap } from "../../deps/heap.ts";

/** An item's place in the index is its `deadline`, which only the index writes. */
export interface Armed {
  deadline: number | null;
}

/** Finds the items whose deadline has passed, at a cost that depends on how many those are. */
export interface Deadlines<A extends Armed> {
  /** Sets an item's deadline; null takes it out. */
  readonly arm: (item: A, deadline: number | null) => void;
  /** Up to `limit` items whose deadline is below `now`, the earliest first. They stay in. */
  readonly overdue: (now: number, limit: number) => readonly A[];
}

interface Alarm<A> {
  readonly at: number;
  readonly item: A;
}

/** Alarms that no longer count are swept out once there are this many, and half of the heap. */
const SLACK = 1024;

export const deadlines = <A extends Armed>(): Deadlines<A> => {
  const heapOf = (alarms: Alarm<A>[]) => new Heap(alarms, (a, b) => a.at - b.at);
  const counts = ({ at, item }: Alarm<A>) => item.deadline === at;
  let heap = heapOf([]);
  let armed = 0;

  return {
    arm: (item, deadline) => {
      if (deadline === item.deadline) return;
      armed += Number(deadline !== null) - Number(item.deadline !== null);
      item.deadline = deadline;
      if (deadline === null) return;
      heap.push({ at: deadline, item });
      if (heap.length > SLACK + 2 * armed) heap = heapOf(heap.data.filter(counts));
    },
    overdue: (now, limit) => {
      // An item that came back to an earlier deadline has two alarms for it: keyed by item.
      const found = new Map<A, Alarm<A>>();
      for (let next = heap.peek(); next !== undefined && next.at < now; next = heap.peek()) {
        if (found.size === limit) break;
        heap.pop();
        if (counts(next)) found.set(next.item, next);
      }
      found.forEach((alarm) => heap.push(alarm));
      return [...found.keys()];
    },
  };
};
