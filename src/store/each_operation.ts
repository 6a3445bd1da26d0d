/** A store whose operations do something more than its own. */

import type { LightningStore, StoreTask } from "./lightning_store.ts";

/** Makes an operation out of the one of that name. */
export type Around = <P extends readonly unknown[], A>(
  name: string,
  run: (...args: P) => StoreTask<A>,
) => (...args: P) => StoreTask<A>;

/** The same store with each of its operations made over. */
export const eachOperation = (store: LightningStore, around: Around): LightningStore =>
  // Each function keeps its type; TypeScript loses that on the way through the entries.
  Object.fromEntries(
    Object.entries(store).map(([name, member]) => [
      name,
      typeof member === "function" ? around(name, member) : member,
    ]),
  ) as unknown as LightningStore;
