/** A queue that holds each item once. */

/** Whether an item is in the queue, which only the queue writes. */
export interface Queued {
  queued: boolean;
}

/** First in, first out; an item that is already there keeps its place. */
export interface Queue<A extends Queued> {
  /** Puts an item at the tail unless it is there. */
  readonly enter: (item: A) => void;
  /** The item that has so many ahead of it. */
  readonly at: (ahead: number) => A | undefined;
  /** Takes so many items at the head away. */
  readonly leave: (count: number) => void;
}

/** Slots that the head has passed are freed once there are this many, and half of the array. */
const SLACK = 1024;

export const queue = <A extends Queued>(): Queue<A> => {
  let slots: A[] = [];
  let head = 0;
  return {
    enter: (item) => {
      if (item.queued) return;
      item.queued = true;
      slots.push(item);
    },
    at: (ahead) => slots[head + ahead],
    leave: (count) => {
      for (const end = Math.min(head + count, slots.length); head < end; head++) {
        const item = slots[head];
        if (item !== undefined) item.queued = false;
      }
      if (head >= SLACK && head * 2 >= slots.length) {
        slots = slots.slice(head);
        head = 0;
      }
    },
  };
};
