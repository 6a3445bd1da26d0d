/** What a store's maker gives to the contract suite, and what the suite makes of it for a case. */

import type { Clock } from "../core/clock.ts";
import type { ThresholdOptions } from "../core/eviction.ts";
import type { StoreError } from "../model/errors.ts";
import type { Rollout } from "../model/rollout.ts";
import type { LightningStore, PromiseStore } from "../store/lightning_store.ts";
import type { Log, LogEvent } from "../store/log.ts";
import type { FakeClock } from "./fake_clock.ts";

/** What the suite asks of the store that a case runs on. */
export interface MakeOptions {
  /** The store's clock. */
  readonly clock: Clock;
  /** The watchdog's throttle, in seconds. */
  readonly scanDebounceSeconds: number;
  /** Takes the store's log. */
  readonly log: Log;
  /** For stores that evict spans: when, and how many bytes each span counts. */
  readonly eviction?: ThresholdOptions & { readonly spanBytes: number };
}

/** A store, fresh and empty, with the doors that cases need besides its face. */
export interface StoreUnderTest {
  /** The store. */
  readonly store: LightningStore;
  /**
   * Stores a rollout as a crash between two steps might have left it: in its status, but with
   * neither a place in the queue nor attempts.
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
  /** Whether the store lets go of spans when memory runs short. */
  readonly evicts: boolean;
  /** Makes a store, or answers with the error if the options cannot be used. */
  readonly make: (options: MakeOptions) => Promise<StoreUnderTest | StoreError>;
}

/** What a case works with. */
export interface Scene {
  /** The store. */
  readonly store: PromiseStore;
  /** The clock of the store. */
  readonly clock: FakeClock;
  /** What the store has told of itself. */
  readonly events: readonly LogEvent[];
  /** As in {@linkcode StoreUnderTest}. */
  readonly strand: StoreUnderTest["strand"];
  /** As in {@linkcode StoreUnderTest}. */
  readonly beside: (partition: "same" | "other") => Promise<PromiseStore>;
}

/** What a case may ask for. */
export interface SceneOptions {
  /** Default: a clock that ticks at each reading. */
  readonly clock?: FakeClock;
  /** Default: 0, so that each operation that may scan does. */
  readonly scanDebounceSeconds?: number;
  /** As in {@linkcode MakeOptions}. */
  readonly eviction?: MakeOptions["eviction"];
}

/** Sets the scene of a case; what it opens is closed when the case is over. */
export interface Stage {
  /** Opens a store. */
  readonly scene: (options?: SceneOptions) => Promise<Scene>;
  /** The error with which a store refuses its options, or null if it takes them. */
  readonly refusal: (options: SceneOptions) => Promise<StoreError | null>;
  /** Whether the store lets go of spans when memory runs short. */
  readonly evicts: boolean;
}

/** One case of the contract. */
export interface ContractCase {
  /** From 1 to 148. */
  readonly number: number;
  /** The contract's own sentence: given / when / then. */
  readonly sentence: string;
  /** Rejects when the store does not behave so. */
  readonly run: (stage: Stage) => Promise<void>;
}
