/** What a law is. */

import type { Backend } from "../../backend.ts";

/** One law, or a part of one. */
export interface Law {
  /** The number of the law, if it has one, and what must hold. */
  readonly name: string;
  /**
   * Rejects when it does not. `open` makes a backend, fresh and empty, and another on the same data:
   * the same one again where the engine has no such thing.
   */
  readonly run: (open: () => Promise<readonly [Backend, Backend]>) => Promise<void>;
}
