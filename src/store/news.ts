/** Whether others have written since somebody last looked. */

import type { Backend } from "../backend.ts";
import { E } from "../deps/fp.ts";
import { type Pauses, POLL } from "./doorbell.ts";

/** Tells of what others do. */
export interface News {
  /** Whether there may be something new; whoever is told must look. */
  readonly isThere: () => Promise<boolean>;
  /** The look was in vain: the next one is told again. */
  readonly forget: () => void;
  /** How long to wait before the next question. */
  readonly pauses: Pauses;
}

/** Where the engine knows whether there is anything to look at, the question costs hardly anything. */
const OFTEN: Pauses = { ...POLL, longest: 50 };

/** Asks a backend that others write to. */
export const news = ({ version }: Pick<Backend, "version">): News => {
  if (version === undefined) {
    return { isThere: () => Promise.resolve(true), forget: () => {}, pauses: POLL };
  }
  let seen: string | null = null;

  /** Null where the engine fails, also by breaking the law: whoever looks learns what is wrong. */
  const versionNow = async (): Promise<string | null> => {
    try {
      const answer = await version();
      return E.isRight(answer) ? answer.right : null;
    } catch {
      return null;
    }
  };

  return {
    isThere: async () => {
      const before = seen;
      seen = await versionNow();
      return seen === null || seen !== before;
    },
    forget: () => {
      seen = null;
    },
    pauses: OFTEN,
  };
};
