/** What a store's maker gives to the contract suite, and what a case of the suite is. */

import type { Clock } from "../core/clock.ts";
import type { StoreError } from "../model/errors.ts";
import type { Rollout } from "../model/rollout.ts";
import type { LogEvent } from "../store/log.ts";
import type { LightningStore } from "../store/lightning_store.ts";

/** What a case asks of the store that it runs on. */
export interface MakeOptions {
  /** The store's clock. Absent: the system's. */
  readonly clock?: Clock;
  /** The watchdog's throttle, in seconds; 0 scans before every operation that may. Default: 0. */
  readonly scanDebounceSeconds?: number;
  /** Takes the store's log. */
  readonly log?: (event: LogEvent) => void;
  /** For stores that evict spans: capacity, thresholds and size of a span, in bytes or ratios. */
  readonly eviction?: {
    readonly capacityBytes: number;
    readonly evictionMemoryThreshold: number | { readonly bytes: number } | {
      readonly ratio: number;
    };
    readonly safeMemoryThreshold?: number | { readonly bytes: number } | { readonly ratio: number };
    readonly spanBytes: number;
  };
}

/** A store, fresh and empty, with the doors that cases need besides its face. */
export interface StoreUnderTest {
  /** The store. */
  readonly store: LightningStore;
  /**
   * Puts a rollout into the store as a crash between two steps would leave it: in its status, but
   * with neither a place in the queue nor attempts.
   */
  readonly strand: (rollout: Rollout) => Promise<void>;
  /** Opens another store over the same data, or over another partition beside it. */
  readonly beside: (partition: "same" | "other") => Promise<StoreUnderTest>;
  /** Lets go of everything. */
  readonly close: () => Promise<void>;
}

/** How the suite gets its stores. */
export interface StoreMaker {
  /** The first word of every test's name. */
  readonly name: string;
  /** Whether the store evicts spans when memory runs short. */
  readonly evicts: boolean;
  /** Makes a store; answers with the error if the options cannot be used. */
  readonly make: (options: MakeOptions) => Promise<StoreUnderTest | StoreError>;
}
