/** Reading in MongoDB: queries, and what is found by an id. */

import type { Backend } from "../../backend.ts";
import { select } from "../../core/select.ts";
import type { Selection } from "../../core/selection.ts";
import type { Attempt } from "../../model/attempt.ts";
import type {
  AttemptSortField,
  Page,
  ResourcesSortField,
  RolloutSortField,
  SpanSortField,
  WorkerSortField,
} from "../../model/query.ts";
import type { ResourcesUpdate } from "../../model/resources.ts";
import type { AttemptedRollout, Rollout, RolloutStatus } from "../../model/rollout.ts";
import type { Span } from "../../model/span.ts";
import type { Worker } from "../../model/worker.ts";
import { type Collections, HAS_DEADLINE } from "./collections.ts";
import { keysOf, LISTED_FIELDS } from "./documents.ts";
import { surviving } from "./failing.ts";
import type { Readers } from "./reading.ts";
import { pageOf, type Source } from "./selecting.ts";

/** Reads one partition. */
export interface Queries {
  readonly overdue: (now: number, limit: number) => Promise<readonly string[]>;
  readonly statuses: (
    rollout_ids: readonly string[],
  ) => Promise<readonly (RolloutStatus | null)[]>;
  readonly rollouts: (
    rollout_ids: readonly string[],
  ) => Promise<readonly (Rollout | AttemptedRollout | null)[]>;
  readonly queryRollouts: (
    selection: Selection<RolloutSortField>,
  ) => Promise<Page<Rollout | AttemptedRollout>>;
  readonly latestAttempt: (rollout_id: string) => Promise<Attempt | null>;
  readonly queryAttempts: (
    rollout_id: string,
    selection: Selection<AttemptSortField>,
  ) => Promise<Page<Attempt>>;
  readonly querySpans: (
    rollout_id: string,
    attempt_id: string | null,
    selection: Selection<SpanSortField>,
  ) => Promise<Page<Span>>;
  readonly queryWorkers: (selection: Selection<WorkerSortField>) => Promise<Page<Worker>>;
  readonly queryResources: (
    selection: Selection<ResourcesSortField>,
  ) => Promise<Page<ResourcesUpdate>>;
  readonly statistics: () => Promise<Totals>;
}

type Totals = Extract<
  Awaited<ReturnType<Backend["statistics"]>>,
  { readonly _tag: "Right" }
>["right"];

export const queries = (
  { rollouts, spans, workers, resources }: Collections,
  partition: string,
  readers: Readers,
): Queries => {
  const mine = { partition };
  const key = keysOf(partition);
  const idOf = (rollout_id: string): string => key(rollout_id)._id;
  const among = (rollout_ids: readonly string[]) => ({
    ...mine,
    _id: { $in: rollout_ids.map(idOf) },
  });

  const rolloutSource: Source = {
    collection: rollouts,
    scope: mine,
    projection: LISTED_FIELDS,
    inserted: "inserted",
    idOf: { field: "rollout_id", of: idOf },
  };

  const attempts = async (rollout_id: string): Promise<readonly Attempt[]> => {
    const document = await surviving(() =>
      rollouts.findOne(key(rollout_id), { projection: { earlier: 1, attempt: 1 } })
    );
    return document === null || document.attempt === null
      ? []
      : [...document.earlier, document.attempt].map((it) => readers.attempt(rollout_id, it));
  };

  const latestAttempt = async (rollout_id: string): Promise<Attempt | null> => {
    const document = await surviving(() =>
      rollouts.findOne(key(rollout_id), { projection: { attempt: 1 } })
    );
    return document === null || document.attempt === null
      ? null
      : readers.attempt(rollout_id, document.attempt);
  };

  return {
    overdue: async (now, limit) => {
      const found = await surviving(() =>
        rollouts.find({
          ...mine,
          deadline: { ...HAS_DEADLINE.deadline, $lt: now },
        }, { projection: { rollout_id: 1 }, sort: { deadline: 1 }, limit }).toArray()
      );
      return found.map(({ rollout_id }) => rollout_id);
    },

    statuses: async (rollout_ids) => {
      const found = await surviving(() =>
        rollouts.find(among(rollout_ids), {
          projection: { rollout_id: 1, status: 1 },
        })
          .toArray()
      );
      const statuses = new Map(found.map(({ rollout_id, status }) => [rollout_id, status]));
      return rollout_ids.map((id) => statuses.get(id) ?? null);
    },

    rollouts: async (rollout_ids) => {
      const found = await surviving(() =>
        rollouts.find(among(rollout_ids), { projection: LISTED_FIELDS })
          .toArray()
      );
      const documents = new Map(found.map((it) => [it.rollout_id, it]));
      // One id may come twice, and each answer is its own.
      return rollout_ids.map((id) => {
        const document = documents.get(id);
        return document === undefined ? null : readers.rollout(document);
      });
    },

    queryRollouts: (selection) => pageOf(rolloutSource, selection, readers.rollout),
    latestAttempt,
    queryAttempts: async (rollout_id, selection) => select(await attempts(rollout_id), selection),

    querySpans: async (rollout_id, attempt_id, selection) => {
      const attempt = attempt_id === "latest"
        ? (await latestAttempt(rollout_id))?.attempt_id ?? attempt_id
        : attempt_id;
      return await pageOf(
        {
          collection: spans,
          scope: {
            ...mine,
            rollout_id,
            ...attempt === null ? {} : { attempt_id: attempt },
          },
          projection: { body: 1 },
          inserted: "inserted",
        },
        selection,
        readers.span,
      );
    },

    queryWorkers: (selection) =>
      pageOf(
        {
          collection: workers,
          scope: mine,
          projection: { _id: 0 },
          inserted: "inserted",
        },
        selection,
        readers.worker,
      ),

    queryResources: (selection) =>
      pageOf(
        {
          collection: resources,
          scope: mine,
          projection: { _id: 0 },
          inserted: "inserted",
        },
        selection,
        readers.resources,
      ),

    statistics: async () => {
      const [sums] = await surviving(() =>
        rollouts.aggregate<{ readonly rollouts: number; readonly attempts: number }>([
          { $match: mine },
          { $group: { _id: null, rollouts: { $sum: 1 }, attempts: { $sum: "$attempts" } } },
        ]).toArray()
      );
      return {
        total_rollouts: sums?.rollouts ?? 0,
        total_attempts: sums?.attempts ?? 0,
        total_spans: await surviving(() => spans.countDocuments(mine)),
        total_resources: await surviving(() => resources.countDocuments(mine)),
        total_workers: await surviving(() => workers.countDocuments(mine)),
      };
    },
  };
};
