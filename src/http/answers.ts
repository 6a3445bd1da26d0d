/** What the answers of the wire hold, besides the records. */

import {
  AnyString,
  type Codec,
  codec,
  type Decoder,
  Float,
  Integer,
  isObject,
  list,
  optional,
  record,
} from "../model/codec.ts";
import type { Page } from "../model/query.ts";
import { AttemptedRollout, Rollout } from "../model/rollout.ts";
import type { Statistics } from "../model/statistics.ts";

/** A rollout, with its latest attempt if it has one: the key tells. */
export const EitherRollout: Codec<Rollout | AttemptedRollout> = codec<Rollout | AttemptedRollout>({
  name: "a rollout",
  is: (u): u is Rollout | AttemptedRollout => Rollout.is(u),
  read: (u) => isObject(u) && "attempt" in u ? AttemptedRollout.read(u) : Rollout.read(u),
  explain: (u, context) =>
    isObject(u) && "attempt" in u
      ? AttemptedRollout.explain(u, context)
      : Rollout.explain(u, context),
});

/** A page of records. */
export const pageOf = <A>(item: Decoder<A>): Codec<Page<A>> =>
  record<Page<A>>("a page", {
    items: list(item),
    limit: Integer,
    offset: Integer,
    total: Integer,
  });

/** A sequence id. */
export const NextId: Codec<{ readonly sequence_id: number }> = record("a sequence id", {
  sequence_id: Integer,
});

/** How much a store holds. */
export const StatisticsCodec: Codec<Statistics> = record<Statistics>("statistics", {
  name: AnyString,
  total_rollouts: Integer,
  total_attempts: Integer,
  total_spans: Integer,
  total_resources: Integer,
  total_workers: Integer,
  uptime: Float,
  total_span_bytes: optional(Float),
  eviction_threshold_bytes: optional(Float),
  safe_threshold_bytes: optional(Float),
  memory_capacity_bytes: optional(Float),
});
