/** The documents that this process has read or written last. */

import { type StateDocument, stateOnly } from "./documents.ts";

/** How many are kept. */
const KEPT = 4096;

/**
 * Documents as they were when this process last met them. One of them may be old, so it serves
 * nothing but a write on the condition that it is not.
 */
export interface Seen {
  readonly get: (rollout_id: string) => StateDocument | undefined;
  readonly put: (document: StateDocument) => void;
  readonly forget: (rollout_id: string) => void;
}

export const seen = (): Seen => {
  const documents = new Map<string, StateDocument>();
  return {
    get: (rollout_id) => documents.get(rollout_id),
    put: (document) => {
      const { rollout_id } = document;
      // A map lists its keys as they came, so that the first is the one that was met longest ago.
      documents.delete(rollout_id);
      // Payloads may be large, and no decision reads them.
      documents.set(rollout_id, stateOnly(document));
      if (documents.size > KEPT) {
        const [oldest] = documents.keys();
        if (oldest !== undefined) documents.delete(oldest);
      }
    },
    forget: (rollout_id) => {
      documents.delete(rollout_id);
    },
  };
};
