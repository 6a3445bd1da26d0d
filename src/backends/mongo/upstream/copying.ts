/** Copying a partition of agent-lightning's, kind by kind. */

import { isQueued } from "../../../core/status.ts";
import { E } from "../../../deps/fp.ts";
import type { Collection } from "../../../deps/mongo.ts";
import type { Collections } from "../collections.ts";
import type { Key, SpanDocument } from "../documents.ts";
import { surviving } from "../failing.ts";
import { type Add, adding, raising } from "./adding.ts";
import {
  type AttemptIndex,
  attemptsByRollout,
  sourceAttempts,
  targetAttempts,
} from "./attempts.ts";
import {
  convertCounter,
  type Converted,
  type ConvertedRollout,
  convertResources,
  convertRollout,
  convertSpan,
  convertWorker,
  numbering,
  type Outcome,
} from "./convert.ts";
import { nameOf, type UpstreamCollections, type UpstreamDocument } from "./documents.ts";
import type { CheckedImport } from "./options.ts";
import { type Places, placesOf } from "./queue.ts";
import { reading } from "./reading.ts";
import { type ImportReport, reportOf, tallies, type Tally } from "./report.ts";

const LEFT_OUT = "its rollout is left out";
const NO_ROLLOUT = "there is no such rollout";
const NO_ATTEMPT = "there is no such attempt";
const NOT_WITH_ROLLOUT = "its rollout is there without it, and what is there stays as it is";

/**
 * Copies everything; it may throw what the driver throws. What a rollout needs comes before it, so
 * that it lacks nothing when somebody claims it, and its spans come after it.
 */
export const copying = async (
  from: UpstreamCollections,
  to: Collections,
  { from: source, to: partition }: { readonly from: string; readonly to: string },
  { dryRun, batchSize, onProgress, signal }: Omit<CheckedImport, "source" | "target">,
): Promise<ImportReport> => {
  const counts = tallies();
  const read = reading(source, batchSize, signal);
  const attemptsHere = targetAttempts(to, partition);
  const attemptsThere = sourceAttempts(from, source);
  /** The rollouts that do not fit. */
  const leftOut = new Set<string>();

  const progress = () => onProgress(reportOf(counts, dryRun));
  const among = (ids: readonly string[]) => ({ partition, _id: { $in: [...ids] } });

  /** Copies documents that stand for themselves. */
  const copy = async <D extends Key>(
    collection: Collection<UpstreamDocument>,
    tally: Tally,
    convert: (document: UpstreamDocument, inserted: number) => Outcome<Converted<D>>,
    idOf: (document: UpstreamDocument) => unknown,
    add: Add<D>,
  ): Promise<void> => {
    const number = numbering();
    for await (const batch of read(collection)) {
      tally.find(batch.length);
      const fitting: Converted<D>[] = [];
      for (const document of batch) {
        const outcome = convert(document, number(document._id));
        if (E.isRight(outcome)) fitting.push(outcome.right);
        else tally.skip(nameOf(idOf(document), document), outcome.left);
      }
      await addAll(fitting, tally, add);
      progress();
    }
  };

  const addAll = async <D extends Key>(
    items: readonly Converted<D>[],
    tally: Tally,
    add: Add<D>,
  ): Promise<void> => {
    const present = await add(items.map(({ document }) => document));
    for (const { document, converted } of items) {
      if (present.has(document._id)) tally.leave(1);
      else tally.import(1, converted);
    }
  };

  const copyRollouts = async (places: Places): Promise<void> => {
    const { rollouts, attempts, queue } = counts;
    const number = numbering();
    const unmet = new Set(places.entries());
    let seen = 0;

    const leaveOut = (
      rollout_id: string,
      tries: readonly UpstreamDocument[],
      reason: string,
    ): void => {
      rollouts.skip(rollout_id, reason);
      leftOut.add(rollout_id);
      for (const attempt of tries) attempts.skip(nameOf(attempt.attempt_id, attempt), LEFT_OUT);
      if (places.hasEntry(rollout_id)) queue.skip(rollout_id, LEFT_OUT);
    };

    const keep = ({ document }: ConvertedRollout, here: ReadonlySet<string>): void => {
      rollouts.leave(1);
      const tries = [...document.earlier, document.attempt].flatMap((it) => it?.attempt_id ?? []);
      attempts.leave(tries.filter((id) => here.has(id)).length);
      for (const id of tries) if (!here.has(id)) attempts.skip(id, NOT_WITH_ROLLOUT);
      if (places.hasEntry(document.rollout_id)) queue.leave(1);
    };

    const bring = (
      { document, converted, convertedInAttempts, renumbered }: ConvertedRollout,
    ): void => {
      rollouts.import(1, converted);
      attempts.import(document.attempts, convertedInAttempts);
      if (renumbered) counts.renumbered++;
      if (places.hasEntry(document.rollout_id)) queue.import(1, 0);
      else if (isQueued(document.status)) counts.repaired++;
    };

    for await (const batch of read(from.rollouts)) {
      rollouts.find(batch.length);
      const ids = batch.flatMap(({ rollout_id }) =>
        typeof rollout_id === "string" ? [rollout_id] : []
      );
      const triesOf = await attemptsByRollout(from, source, ids);
      const fitting: ConvertedRollout[] = [];
      for (const document of batch) {
        const tries = triesOf.get(document.rollout_id) ?? [];
        attempts.find(tries.length);
        seen += tries.length;
        const rollout_id = nameOf(document.rollout_id, document);
        unmet.delete(rollout_id);
        const inserted = number(document._id);
        const outcome = convertRollout(document, tries, {
          partition,
          inserted,
          placeOf: places.of,
        });
        if (E.isRight(outcome)) fitting.push(outcome.right);
        else leaveOut(rollout_id, tries, outcome.left);
      }
      const before = await attemptsHere(fitting.map(({ document }) => document.rollout_id));
      const fresh = fitting.filter(({ document }) => !before.has(document.rollout_id));
      const taken = await addRollouts(fresh.map(({ document }) => document));
      for (const item of fitting) {
        const { _id, rollout_id } = item.document;
        const here = before.get(rollout_id) ?? (taken.has(_id) ? new Set<string>() : null);
        if (here === null) bring(item);
        else keep(item, here);
      }
      progress();
    }
    for (const rollout_id of unmet) queue.skip(rollout_id, NO_ROLLOUT);
    const total = await surviving(() => from.attempts.countDocuments({ partition_id: source }));
    if (total > seen) await skipOrphans();
  };

  /** Attempts of no rollout. */
  const skipOrphans = async (): Promise<void> => {
    const projection = { rollout_id: 1, attempt_id: 1 } as const;
    for await (const batch of read(from.attempts, { projection })) {
      const index = await attemptsThere(textsOf(batch, "rollout_id"));
      for (const attempt of batch) {
        if (typeof attempt.rollout_id === "string" && index.has(attempt.rollout_id)) continue;
        counts.attempts.find(1);
        counts.attempts.skip(nameOf(attempt.attempt_id, attempt), NO_ROLLOUT);
      }
      progress();
    }
  };

  /** The attempts that there are, or would be if this were no dry run. */
  const attemptsAfter = async (rollout_ids: readonly string[]): Promise<AttemptIndex> => {
    const here = await attemptsHere(rollout_ids);
    if (!dryRun) return here;
    const missing = rollout_ids.filter((id) => !here.has(id) && !leftOut.has(id));
    return missing.length === 0 ? here : new Map([...await attemptsThere(missing), ...here]);
  };

  const copySpans = async (): Promise<void> => {
    const { spans } = counts;
    const number = numbering();
    for await (const batch of read(from.spans)) {
      spans.find(batch.length);
      const index = await attemptsAfter(textsOf(batch, "rollout_id"));
      const fitting: Converted<SpanDocument>[] = [];
      for (const document of batch) {
        const outcome = convertSpan(document, partition, number(document._id));
        const problem = E.isLeft(outcome) ? outcome.left : problemOf(outcome.right.document, index);
        if (problem !== null) spans.skip(nameOf(document.span_id, document), problem);
        else if (E.isRight(outcome)) fitting.push(outcome.right);
      }
      await addAll(fitting, spans, addSpans);
      progress();
    }
  };

  /** Why a span has nothing to belong to. */
  const problemOf = (
    { rollout_id, attempt_id }: SpanDocument,
    index: AttemptIndex,
  ): string | null => {
    const attempts = index.get(rollout_id);
    if (attempts === undefined) return leftOut.has(rollout_id) ? LEFT_OUT : NO_ROLLOUT;
    return attempts.has(attempt_id) ? null : NO_ATTEMPT;
  };

  const addSpans = adding<SpanDocument>(
    dryRun,
    async (ids) => idsOf(await to.spans.find(among(ids), ONLY_ID).toArray()),
    (documents) => to.spans.insertMany([...documents], UNORDERED),
  );
  const addRollouts = adding<ConvertedRollout["document"]>(
    dryRun,
    // Those that are there have been told apart.
    () => Promise.resolve([]),
    (documents) => to.rollouts.insertMany([...documents], UNORDERED),
  );

  await copy(
    from.resources,
    counts.resources,
    (document, inserted) => convertResources(document, partition, inserted),
    ({ resources_id }) => resources_id,
    adding(
      dryRun,
      async (ids) => idsOf(await to.resources.find(among(ids), ONLY_ID).toArray()),
      (documents) => to.resources.insertMany([...documents], UNORDERED),
    ),
  );
  await copy(
    from.workers,
    counts.workers,
    (document, inserted) => convertWorker(document, partition, inserted),
    ({ worker_id }) => worker_id,
    adding(
      dryRun,
      async (ids) => idsOf(await to.workers.find(among(ids), ONLY_ID).toArray()),
      (documents) => to.workers.insertMany([...documents], UNORDERED),
    ),
  );
  await copy(
    from.counters,
    counts.counters,
    (document) => convertCounter(document, partition),
    ({ key }) => key,
    raising(dryRun, to, partition),
  );
  await copyRollouts(await placesOf(from, read, counts.queue));
  await copySpans();
  return reportOf(counts, dryRun);
};

const ONLY_ID = { projection: { _id: 1 } } as const;

const UNORDERED = { ordered: false } as const;

const idsOf = (documents: readonly Pick<Key, "_id">[]): readonly string[] =>
  documents.map(({ _id }) => _id);

/** The texts that a field of the documents has. */
const textsOf = (documents: readonly UpstreamDocument[], field: string): readonly string[] => [
  ...new Set(documents.map((it) => it[field]).filter((it) => typeof it === "string")),
];
