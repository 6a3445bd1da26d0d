/** Documents as records. What they hold of JSON was written by this backend from records. */

import type { RolloutRecord, RolloutState } from "../../core/record.ts";
import type { Attempt } from "../../model/attempt.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { ParseJson } from "../../model/numbers.ts";
import type { ResourcesUpdate } from "../../model/resources.ts";
import type { AttemptedRollout, Rollout } from "../../model/rollout.ts";
import type { Span } from "../../model/span.ts";
import type { Worker } from "../../model/worker.ts";
import {
  addressesLatest,
  type AttemptDocument,
  type ListedDocument,
  type ResourcesDocument,
  type SpanDocument,
  type StateDocument,
  type WorkerDocument,
} from "./documents.ts";

/** Reads documents. */
export interface Readers {
  readonly attempt: (rollout_id: string, document: AttemptDocument) => Attempt;
  /** `earlier` is the attempt that is addressed, where it is not the latest. */
  readonly record: (
    document: StateDocument,
    attempt_id: string | null,
    earlier: AttemptDocument | null,
  ) => RolloutRecord;
  readonly payload: (
    document: Pick<ListedDocument, "input" | "metadata">,
  ) => Pick<Rollout, "input" | "metadata">;
  /** A rollout, with its latest attempt if there is one. */
  readonly rollout: (document: ListedDocument) => Rollout | AttemptedRollout;
  readonly span: (document: Pick<SpanDocument, "body">) => Span;
  readonly worker: (document: WorkerDocument) => Worker;
  readonly resources: (document: ResourcesDocument) => ResourcesUpdate;
}

export const readers = (parse: ParseJson): Readers => {
  const parsed = (json: string | null): JsonObject | null =>
    json === null ? null : parse<JsonObject>(json);

  const attempt: Readers["attempt"] = (
    rollout_id,
    {
      attempt_id,
      sequence_id,
      start_time,
      end_time,
      status,
      worker_id,
      last_heartbeat_time,
      metadata,
    },
  ) => ({
    rollout_id,
    attempt_id,
    sequence_id,
    start_time,
    end_time,
    status,
    worker_id,
    last_heartbeat_time,
    metadata: parsed(metadata),
  });

  const payload: Readers["payload"] = ({ input, metadata }) => ({
    input: parse<Json>(input),
    metadata: parsed(metadata),
  });

  return {
    attempt,
    payload,
    record: (document, attempt_id, earlier) => {
      const { rollout_id, attempts } = document;
      const latest = document.attempt === null ? null : attempt(rollout_id, document.attempt);
      return {
        rollout: stateOf(document),
        attempts,
        latest,
        attempt: addressesLatest(document, attempt_id)
          ? latest
          : earlier === null
          ? null
          : attempt(rollout_id, earlier),
      };
    },
    rollout: (document) => {
      const { rollout_id, start_time, end_time, mode, resources_id, status, config } = stateOf(
        document,
      );
      const { input, metadata } = payload(document);
      return {
        rollout_id,
        input,
        start_time,
        end_time,
        mode,
        resources_id,
        status,
        config,
        metadata,
        ...document.attempt === null ? {} : { attempt: attempt(rollout_id, document.attempt) },
      };
    },
    span: ({ body }) => parse<Span>(body),
    worker: ({ _id, partition: _, inserted: __, heartbeat_stats, ...worker }) => ({
      ...worker,
      heartbeat_stats: parsed(heartbeat_stats),
    }),
    resources: ({ resources_id, create_time, update_time, version, resources }) => ({
      resources_id,
      create_time,
      update_time,
      version,
      resources: parse<ResourcesUpdate["resources"]>(resources),
    }),
  };
};

const stateOf = (
  { rollout_id, start_time, end_time, mode, resources_id, status, config }: StateDocument,
): RolloutState => ({
  rollout_id,
  start_time,
  end_time,
  mode,
  resources_id,
  status,
  // What was read may be kept, so what is handed out is a copy.
  config: { ...config, retry_condition: [...config.retry_condition] },
});
