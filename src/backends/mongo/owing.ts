/** What comes second, and must not be forgotten when the server goes in between. */

/**
 * Carries items out. What fails is owed: it is carried out before the items of the next call.
 */
export const owing = <A>(
  carryOut: (items: readonly A[]) => Promise<unknown>,
): (items: readonly A[]) => Promise<void> => {
  let owed: readonly A[] = [];
  return async (items) => {
    const due = [...owed, ...items];
    owed = [];
    if (due.length === 0) return;
    try {
      await carryOut(due);
    } catch (cause) {
      owed = [...owed, ...due];
      throw cause;
    }
  };
};
