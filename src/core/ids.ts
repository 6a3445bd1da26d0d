/** The forms of the ids that the store makes. Source: the store contract, section 1.2. */

/** Makes a new id of each kind at every call. */
export interface Ids {
  /** `ro-` and 12 hex digits. */
  readonly rollout: () => string;
  /** `at-` and 8 hex digits. */
  readonly attempt: () => string;
  /** `rs-` and 12 hex digits. */
  readonly resources: () => string;
}

/** How many ids are drawn, while those that come are taken, before there is none to be had (B-03). */
export const DRAWS = 8;

/**
 * Cuts ids out of random UUIDs, at places where all digits are random. `randomUUID` is called by
 * itself, which `crypto.randomUUID` alone does not stand: give `() => crypto.randomUUID()`.
 *
 * @example
 * ```ts
 * import { idsFrom } from "@lightning/store";
 *
 * const ids = idsFrom(() => "01234567-89ab-4def-8123-456789abcdef");
 * console.log(ids.rollout(), ids.attempt()); // ro-456789abcdef at-01234567
 * ```
 */
export const idsFrom = (randomUUID: () => string): Ids => ({
  rollout: () => `ro-${randomUUID().slice(24)}`,
  attempt: () => `at-${randomUUID().slice(0, 8)}`,
  resources: () => `rs-${randomUUID().slice(24)}`,
});
