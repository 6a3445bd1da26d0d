/** What the operations take, other than queries: one record each, with the contract's names. */

import { AttemptStatus } from "./attempt.ts";
import {
  type Codec,
  Float,
  Integer,
  list,
  nullable,
  optional,
  orElse,
  record,
  Text,
  withDefault,
} from "./codec.ts";
import { Json, JsonObject } from "./json.ts";
import { NamedResources, type NamedResourcesInput } from "./resources.ts";
import {
  EnqueueRolloutRequest,
  type NewRollout,
  RolloutConfig,
  type RolloutConfigInput,
  RolloutMode,
  RolloutStatus,
} from "./rollout.ts";
import { Span } from "./span.ts";

/** Several new rollouts. */
export interface EnqueueManyRollouts {
  /** In the order in which they queue. */
  readonly rollouts: readonly EnqueueRolloutRequest[];
}

/** The codec of {@linkcode EnqueueManyRollouts}. */
export const EnqueueManyRollouts: Codec<
  { readonly rollouts: readonly NewRollout[] },
  EnqueueManyRollouts
> = record<{ readonly rollouts: readonly NewRollout[] }, EnqueueManyRollouts>(
  "a request to enqueue rollouts",
  { rollouts: list(EnqueueRolloutRequest) },
);

/** A claim of one rollout. */
export interface DequeueRollout {
  /** Who claims. Default: null. */
  readonly worker_id?: string | null;
}

/** The codec of {@linkcode DequeueRollout}. */
export const DequeueRollout: Codec<{ readonly worker_id: string | null }, DequeueRollout> = record<
  { readonly worker_id: string | null },
  DequeueRollout
>("a claim of a rollout", { worker_id: orElse<string | null>(nullable(Text), () => null) });

/** A claim of several rollouts. */
export interface DequeueManyRollouts extends DequeueRollout {
  /** How many at most; none for zero or less. Default: 1. */
  readonly limit?: number;
}

/** The codec of {@linkcode DequeueManyRollouts}. */
export const DequeueManyRollouts: Codec<
  { readonly limit: number; readonly worker_id: string | null },
  DequeueManyRollouts
> = record<{ readonly limit: number; readonly worker_id: string | null }, DequeueManyRollouts>(
  "a claim",
  {
    limit: withDefault(Integer, () => 1),
    worker_id: orElse<string | null>(nullable(Text), () => null),
  },
);

/** A new attempt at a known rollout. */
export interface StartAttempt {
  /** The rollout to try. */
  readonly rollout_id: string;
  /** Who tries it. Default: null. */
  readonly worker_id?: string | null;
}

/** The codec of {@linkcode StartAttempt}. */
export const StartAttempt: Codec<
  { readonly rollout_id: string; readonly worker_id: string | null },
  StartAttempt
> = record<{ readonly rollout_id: string; readonly worker_id: string | null }, StartAttempt>(
  "a request to start an attempt",
  { rollout_id: Text, worker_id: orElse<string | null>(nullable(Text), () => null) },
);

/** A rollout by its id. */
export interface RolloutKey {
  /** The rollout. */
  readonly rollout_id: string;
}

/** The codec of {@linkcode RolloutKey}. */
export const RolloutKey: Codec<RolloutKey> = record<RolloutKey>("a rollout's id", {
  rollout_id: Text,
});

/** A worker by its id. */
export interface WorkerKey {
  /** The worker. */
  readonly worker_id: string;
}

/** The codec of {@linkcode WorkerKey}. */
export const WorkerKey: Codec<WorkerKey> = record<WorkerKey>("a worker's id", { worker_id: Text });

/** Resources by their id. */
export interface ResourcesKey {
  /** The resources. */
  readonly resources_id: string;
}

/** The codec of {@linkcode ResourcesKey}. */
export const ResourcesKey: Codec<ResourcesKey> = record<ResourcesKey>("a resources' id", {
  resources_id: Text,
});

/** An attempt by its ids. */
export interface AttemptKey {
  /** The rollout. */
  readonly rollout_id: string;
  /** The attempt. */
  readonly attempt_id: string;
}

/** The codec of {@linkcode AttemptKey}. */
export const AttemptKey: Codec<AttemptKey> = record<AttemptKey>("an attempt's ids", {
  rollout_id: Text,
  attempt_id: Text,
});

/** Fields of a rollout to replace. One that is left out stays; null is stored as null. */
export interface UpdateRollout {
  /** The rollout. */
  readonly rollout_id: string;
  /** Its new task. */
  readonly input?: Json;
  /** What it is for now. */
  readonly mode?: RolloutMode | null;
  /** Its new resources; not checked to exist. */
  readonly resources_id?: string | null;
  /** Its new status. Any status may follow any other. */
  readonly status?: RolloutStatus;
  /** Its new limits, as a whole. */
  readonly config?: RolloutConfigInput;
  /** Its new metadata, as a whole. */
  readonly metadata?: JsonObject | null;
}

/** The fields of a rollout that an {@linkcode UpdateRollout} sets. */
export interface RolloutPatch {
  /** Its new task. */
  readonly input?: Json;
  /** What it is for now. */
  readonly mode?: RolloutMode | null;
  /** Its new resources. */
  readonly resources_id?: string | null;
  /** Its new status. */
  readonly status?: RolloutStatus;
  /** Its new limits, as a whole. */
  readonly config?: RolloutConfig;
  /** Its new metadata, as a whole. */
  readonly metadata?: JsonObject | null;
}

/** The codec of {@linkcode UpdateRollout}. */
export const UpdateRollout: Codec<RolloutKey & RolloutPatch, UpdateRollout> = record<
  RolloutKey & RolloutPatch,
  UpdateRollout
>("an update of a rollout", {
  rollout_id: Text,
  input: optional(Json),
  mode: optional(nullable(RolloutMode)),
  resources_id: optional(nullable(Text)),
  status: optional(RolloutStatus),
  config: optional(RolloutConfig),
  metadata: optional(nullable(JsonObject)),
});

/** The fields of an attempt that an {@linkcode UpdateAttempt} sets. */
export interface AttemptPatch {
  /** Its new status. Any status may follow any other. */
  readonly status?: AttemptStatus;
  /** Who tries now. */
  readonly worker_id?: string | null;
  /** Its last sign of life, in seconds since the epoch. */
  readonly last_heartbeat_time?: number | null;
  /** Its new metadata, as a whole. */
  readonly metadata?: JsonObject | null;
}

/** Fields of an attempt to replace. One that is left out stays; null is stored as null. */
export interface UpdateAttempt extends AttemptPatch {
  /** The rollout. */
  readonly rollout_id: string;
  /** The attempt, or `latest`. */
  readonly attempt_id: string;
}

/** The codec of {@linkcode UpdateAttempt}. */
export const UpdateAttempt: Codec<UpdateAttempt> = record<UpdateAttempt>(
  "an update of an attempt",
  {
    rollout_id: Text,
    attempt_id: Text,
    status: optional(AttemptStatus),
    worker_id: optional(nullable(Text)),
    last_heartbeat_time: optional(nullable(Float)),
    metadata: optional(nullable(JsonObject)),
  },
);

/** A span to store. */
export interface AddSpan {
  /** The span, whole. */
  readonly span: Span;
}

/** The codec of {@linkcode AddSpan}. */
export const AddSpan: Codec<AddSpan> = record<AddSpan>("a request to add a span", { span: Span });

/** Spans to store. */
export interface AddManySpans {
  /** The spans, whole. */
  readonly spans: readonly Span[];
}

/** The codec of {@linkcode AddManySpans}. */
export const AddManySpans: Codec<AddManySpans> = record<AddManySpans>("a request to add spans", {
  spans: list(Span),
});

/** Sequence ids to allocate. */
export interface ManySpanSequenceIds {
  /** One id for each; the ids of one rollout are consecutive. */
  readonly pairs: readonly AttemptKey[];
}

/** The codec of {@linkcode ManySpanSequenceIds}. */
export const ManySpanSequenceIds: Codec<ManySpanSequenceIds> = record<ManySpanSequenceIds>(
  "a request for sequence ids",
  { pairs: list(AttemptKey) },
);

/** Resources to store under a new id. */
export interface AddResources {
  /** The resources. */
  readonly resources: NamedResourcesInput;
}

/** The codec of {@linkcode AddResources}. */
export const AddResources: Codec<{ readonly resources: NamedResources }, AddResources> = record<
  { readonly resources: NamedResources },
  AddResources
>("a request to add resources", { resources: NamedResources });

/** Resources to store under an id of the caller's. */
export interface UpdateResources extends AddResources {
  /** The id; it is created if it is unknown. */
  readonly resources_id: string;
}

/** The codec of {@linkcode UpdateResources}. */
export const UpdateResources: Codec<
  ResourcesKey & { readonly resources: NamedResources },
  UpdateResources
> = record<ResourcesKey & { readonly resources: NamedResources }, UpdateResources>(
  "an update of resources",
  { resources_id: Text, resources: NamedResources },
);

/** No argument at all. */
export const Nothing: Codec<Readonly<Record<never, never>>> = record("nothing", {});

/** A worker's report of itself. */
export interface UpdateWorker {
  /** The worker; it is created if it is unknown. */
  readonly worker_id: string;
  /** What it reports; left out, the last report stays. */
  readonly heartbeat_stats?: JsonObject;
}

/**
 * The codec of {@linkcode UpdateWorker}. A null report decodes, since the contract has it fail as
 * `InvalidArgument` later.
 */
export const UpdateWorker: Codec<
  WorkerKey & { readonly heartbeat_stats?: JsonObject | null },
  UpdateWorker
> = record<WorkerKey & { readonly heartbeat_stats?: JsonObject | null }, UpdateWorker>(
  "an update of a worker",
  { worker_id: Text, heartbeat_stats: optional(nullable(JsonObject)) },
);

/** Rollouts to wait for. */
export interface WaitForRollouts {
  /** The rollouts; unknown ones are passed over. */
  readonly rollout_ids: readonly string[];
  /** How many seconds at most; null, the default, for as long as it takes. */
  readonly timeout?: number | null;
}

/** The codec of {@linkcode WaitForRollouts}. */
export const WaitForRollouts: Codec<
  { readonly rollout_ids: readonly string[]; readonly timeout: number | null },
  WaitForRollouts
> = record<
  { readonly rollout_ids: readonly string[]; readonly timeout: number | null },
  WaitForRollouts
>("a wait for rollouts", {
  rollout_ids: list(Text),
  timeout: orElse<number | null>(nullable(Float), () => null),
});
