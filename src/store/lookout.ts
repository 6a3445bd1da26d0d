/** One watches for all who wait: it lets the watchdog scan, and looks at what others have done. */

import type { Backend } from "../backend.ts";
import { growing } from "./doorbell.ts";
import { news } from "./news.ts";
import { SCAN } from "./watchdog.ts";

/** Watches as long as anybody waits. */
export interface Lookout {
  /** Somebody begins to wait, and is told soon of what is about to happen. */
  readonly begin: () => void;
  /** Nobody waits any more. */
  readonly end: () => void;
  /** A look was in vain: there is one more, whether others have written since or not. */
  readonly again: () => void;
}

/** A look at very much may take this part of the time, and no more. */
const SHARE = 1 / 10;

/** Makes one, which does nothing until somebody waits. */
export const lookout = (
  { backend, scan, look, isTold = () => false }: {
    readonly backend: Pick<Backend, "shared" | "version">;
    /** Lets the watchdog have its turn; it never rejects. */
    readonly scan: () => Promise<void>;
    /** Looks at what others have done; it never rejects. */
    readonly look: () => Promise<void> | void;
    /** Whether the engine tells of most that others do. Default: it does not. */
    readonly isTold?: () => boolean;
  },
): Lookout => {
  const others = news(backend);
  let pauses = growing(others.pauses);
  /** When the next turn is, and how it can be put off; null while there is one, or nobody waits. */
  let next: { readonly at: number; readonly timer: ReturnType<typeof setTimeout> } | null = null;
  let isTurning = false;
  let isWanted = false;

  const pause = (): number => !backend.shared ? SCAN : isTold() ? others.pauses.longest : pauses();

  const turn = async (): Promise<void> => {
    next = null;
    isTurning = true;
    await scan();
    const begun = performance.now();
    if (backend.shared && await others.isThere()) await look();
    isTurning = false;
    // Those who waited may have left meanwhile, and others have come.
    if (isWanted) turnIn(Math.max(pause(), (performance.now() - begun) / SHARE));
  };

  const turnIn = (milliseconds: number): void => {
    const at = performance.now() + milliseconds;
    if (isTurning || next !== null && next.at <= at) return;
    clearTimeout(next?.timer);
    next = { at, timer: setTimeout(turn, milliseconds) };
  };

  return {
    begin: () => {
      isWanted = true;
      pauses = growing(others.pauses);
      turnIn(pause());
    },
    end: () => {
      isWanted = false;
      clearTimeout(next?.timer);
      next = null;
    },
    again: others.forget,
  };
};
