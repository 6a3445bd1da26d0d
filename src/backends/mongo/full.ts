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
}

export const fullDocuments = (): Full => {
  const marks = new Map<string, string | undefined>();
  const has: Full["has"] = ({ _id, revs }) => marks.has(_id) && marks.get(_id) === revs.at(-1);
  return {
    has,
    put: ({ _id, revs }) => {
      marks.set(_id, revs.at(-1));
    },
    retain: (documents) => {
      const kept = documents.filter(has);
      marks.clear();
      for (const { _id, revs } of kept) marks.set(_id, revs.at(-1));
    },
    count: () => marks.size,
  };
};
