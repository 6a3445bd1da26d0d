/** Items by status, in lists that are woven into the items, so that a move costs no search. */

/** An item's place in the roster, which only the roster writes. */
export interface Listed<A> {
  before: A | null;
  after: A | null;
}

/** Items by status. */
export interface Roster<A extends Listed<A>, S extends string> {
  readonly enter: (item: A, status: S) => void;
  readonly move: (item: A, from: S, to: S) => void;
  /** The items of a status, the latest to come first. */
  readonly of: (status: S) => readonly A[];
}

export const roster = <A extends Listed<A>, S extends string>(): Roster<A, S> => {
  const heads = new Map<S, A>();

  const enter = (item: A, status: S): void => {
    const head = heads.get(status) ?? null;
    item.before = null;
    item.after = head;
    if (head !== null) head.before = item;
    heads.set(status, item);
  };

  const leave = (item: A, status: S): void => {
    const { before, after } = item;
    if (after !== null) after.before = before;
    if (before !== null) before.after = after;
    else if (after !== null) heads.set(status, after);
    else heads.delete(status);
  };

  return {
    enter,
    move: (item, from, to) => {
      leave(item, from);
      enter(item, to);
    },
    of: (status) => {
      const items: A[] = [];
      for (let item = heads.get(status) ?? null; item !== null; item = item.after) items.push(item);
      return items;
    },
  };
};
