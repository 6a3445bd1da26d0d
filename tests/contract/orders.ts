/** What a test tells the process that serves its stores, as JSON over HTTP. */

import type { Rollout, StoreError } from "../../mod.ts";
import type { MakeOptions } from "../../src/testing/mod.ts";

/** Something to do. */
export type Order =
  | Readonly<
    { order: "make"; url: string } & Pick<MakeOptions, "scanDebounceSeconds" | "eviction">
  >
  | Readonly<{ order: "beside"; store: number; partition: "same" | "other" }>
  | Readonly<{ order: "strand"; store: number; rollout: Rollout }>
  | Readonly<{ order: "close"; store: number }>;

/** A store that is served. */
export interface Served {
  /** Its number, for further orders. */
  readonly store: number;
  readonly address: string;
}

/** What comes of each order. */
export interface Outcomes {
  readonly make: Served | StoreError;
  readonly beside: Served;
  readonly strand: null;
  readonly close: null;
}
