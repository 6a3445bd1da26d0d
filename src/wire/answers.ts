/** What the answers of the wire hold, besides the records. */

import { Attempt } from "../model/attempt.ts";
import {
  type Codec,
  codec,
  type Decoder,
  Integer,
  isObject,
  list,
  record,
} from "../model/codec.ts";
import type { Page } from "../model/query.ts";
import { ResourcesUpdate } from "../model/resources.ts";
import { AttemptedRollout, Rollout } from "../model/rollout.ts";
import { Span } from "../model/span.ts";
import { Worker } from "../model/worker.ts";

/** A rollout, with its latest attempt if it has one: the key tells. */
export const EitherRollout: Codec<Rollout | AttemptedRollout> = codec<Rollout | AttemptedRollout>({
  name: "a rollout",
  shape: { _tag: "one of", members: [AttemptedRollout, Rollout] },
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

/** A page of rollouts, each with its latest attempt if it has one. */
export const RolloutPage: Codec<Page<Rollout | AttemptedRollout>> = pageOf(EitherRollout);

/** A page of attempts. */
export const AttemptPage: Codec<Page<Attempt>> = pageOf(Attempt);

/** A page of workers. */
export const WorkerPage: Codec<Page<Worker>> = pageOf(Worker);

/** A page of resources. */
export const ResourcesPage: Codec<Page<ResourcesUpdate>> = pageOf(ResourcesUpdate);

/** A page of spans. */
export const SpanPage: Codec<Page<Span>> = pageOf(Span);

/** A sequence id. */
export interface NextId {
  readonly sequence_id: number;
}

/** The codec of {@linkcode NextId}. */
export const NextId: Codec<NextId> = record<NextId>("a sequence id", { sequence_id: Integer });
