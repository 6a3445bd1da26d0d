/** Documents that have no room for what a claim writes. */

import type { StateDocument } from "./documents.ts";

/**
 * Documents as they were when a server refused to let them grow. It serves to pass over them, until
 * somebody changes them: they may have room then.
 */
export interface Full {
  readonly has: (document: StateDocument) => boolean;
  readonly put: (document: StateDocument) => void;
  /** Forgets what is none of these. */
  readonly retain: (documents: readonly StateDocument[]) => void;
  readonly count: () => number;
  /** What finds them, as long as nobody changes them. */
  readonly conditions: () => Pick<StateDocument, "_id" | "revs">[];
}

export const fullDocuments = (): Full => {
  const marks = new Map<string, StateDocument["revs"]>();
  const has: Full["has"] = ({ _id, revs }) =>
    marks.has(_id) && marks.get(_id)?.at(-1) === revs.at(-1);
  return {
    has,
    put: ({ _id, revs }) => {
      marks.set(_id, revs);
    },
    retain: (documents) => {
      const kept = documents.filter(has);
      marks.clear();
      for (const { _id, revs } of kept) marks.set(_id, revs);
    },
    count: () => marks.size,
    conditions: () => [...marks].map(([_id, revs]) => ({ _id, revs })),
  };
};
