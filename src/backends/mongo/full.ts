/** Documents that have no room for what a claim writes. */

import type { StateDocument } from "./documents.ts";

/**
 * Documents as they were when a server refused to let them grow. It serves to pass over them, until
 * somebody changes them: they may have room then. It holds a few marks for each that was ever met.
 */
export interface Full {
  readonly put: (document: StateDocument) => void;
  /** The condition of a query that passes over them; none where there are none. */
  readonly passedOver: () => { readonly $nor?: Pick<StateDocument, "_id" | "revs">[] };
}

export const fullDocuments = (): Full => {
  const marks = new Map<string, StateDocument["revs"]>();
  return {
    put: ({ _id, revs }) => {
      marks.set(_id, revs);
    },
    passedOver: () =>
      marks.size === 0 ? {} : { $nor: [...marks].map(([_id, revs]) => ({ _id, revs })) },
  };
};
