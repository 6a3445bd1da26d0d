/** What an import has found, and what has become of it. */

/** What became of the records of one kind. */
export interface KindReport {
  /** How many the source has; those of the queue that are consumed do not count. */
  readonly found: number;
  /** How many are new in the target. */
  readonly imported: number;
  /** How many the target has already; they stay as they are. */
  readonly present: number;
  /** How many are left out. */
  readonly skipped: number;
  /**
   * How many values of those imported have another form now, since JSON does not know theirs: dates
   * and object ids and decimals as text, bytes as base64, `NaN` and infinities as null, or as text
   * in spans.
   */
  readonly converted: number;
  /** Why records are left out. */
  readonly reasons: readonly SkipReason[];
}

/** One reason why records are left out. */
export interface SkipReason {
  /** One sentence for people. */
  readonly reason: string;
  /** How many it concerns. */
  readonly count: number;
  /** The first few of them. */
  readonly ids: readonly string[];
}

/** The kinds of records. */
export type ImportKind =
  | "rollouts"
  | "attempts"
  | "spans"
  | "resources"
  | "workers"
  | "counters"
  | "queue";

/** What an import has done; after a dry run, what it would do. */
export interface ImportReport extends Readonly<Record<ImportKind, KindReport>> {
  /** Whether nothing was written. */
  readonly dryRun: boolean;
  /** How many imported rollouts waited for a runner, but in no queue; they are at its end now. */
  readonly repaired: number;
  /** How many imported rollouts had attempts that were not numbered 1, 2, 3 …; they are now. */
  readonly renumbered: number;
}

/** How many ids a reason names. */
const MOST_IDS = 5;

/** How many reasons are told apart. */
const MOST_REASONS = 50;

/** Counts the records of one kind. */
export interface Tally {
  readonly find: (count: number) => void;
  readonly import: (count: number, converted: number) => void;
  readonly leave: (count: number) => void;
  readonly skip: (id: string, reason: string) => void;
  readonly report: () => KindReport;
}

export const tally = (): Tally => {
  let [found, imported, present, skipped, converted] = [0, 0, 0, 0, 0];
  const reasons = new Map<string, { count: number; readonly ids: string[] }>();
  return {
    find: (count) => {
      found += count;
    },
    import: (count, conversions) => {
      imported += count;
      converted += conversions;
    },
    leave: (count) => {
      present += count;
    },
    skip: (id, reason) => {
      skipped++;
      const name = reasons.has(reason) || reasons.size < MOST_REASONS ? reason : "other reasons";
      const known = reasons.get(name) ?? { count: 0, ids: [] };
      reasons.set(name, known);
      known.count++;
      if (known.ids.length < MOST_IDS) known.ids.push(id);
    },
    report: () => ({
      found,
      imported,
      present,
      skipped,
      converted,
      reasons: [...reasons].map(([reason, { count, ids }]) => ({ reason, count, ids: [...ids] })),
    }),
  };
};

/** Counts everything. */
export type Tallies =
  & Readonly<Record<ImportKind, Tally>>
  & { repaired: number; renumbered: number };

export const tallies = (): Tallies => ({
  rollouts: tally(),
  attempts: tally(),
  spans: tally(),
  resources: tally(),
  workers: tally(),
  counters: tally(),
  queue: tally(),
  repaired: 0,
  renumbered: 0,
});

export const reportOf = (counts: Tallies, dryRun: boolean): ImportReport => ({
  dryRun,
  rollouts: counts.rollouts.report(),
  attempts: counts.attempts.report(),
  spans: counts.spans.report(),
  resources: counts.resources.report(),
  workers: counts.workers.report(),
  counters: counts.counters.report(),
  queue: counts.queue.report(),
  repaired: counts.repaired,
  renumbered: counts.renumbered,
});
