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
import type { Filled } from "./query.ts";
import { NamedResources, type NamedResourcesInput } from "./resources.ts";
import {
  EnqueueRolloutRequest,
  type NewRollout,
  RolloutConfig,
  type RolloutConfigInput,
  RolloutMode,
  RolloutStatus,
} from "./rollout.ts";
import { NewSpan, type NewSpanInput, Span } from "./span.ts";

/** Several new rollouts. */
export interface EnqueueManyRollouts {
  /** In the order in which they queue. */
  readonly rollouts: readonly EnqueueRolloutRequest[];
}

/**
 * The codec of {@linkcode EnqueueManyRollouts}.
 *
 * @example
 * ```ts
 * import { decode, EnqueueManyRollouts } from "@lightning/store";
 *
 * const decoded = decode(EnqueueManyRollouts, { rollouts: [{ input: 1 }, { input: 2 }] });
 * console.log(decoded._tag); // Right
 * ```
 */
export const EnqueueManyRollouts: Codec<
  { readonly rollouts: readonly NewRollout[] },
  EnqueueManyRollouts
> = record<{ readonly rollouts: readonly NewRollout[] }, EnqueueManyRollouts>(
  "a request to enqueue rollouts",
  { rollouts: list(EnqueueRolloutRequest) },
);

const claim = {
  worker_id: orElse<string | null>(nullable(Text), () => null),
  wait_seconds: withDefault(Float, () => 0),
};

/** A claim of one rollout. */
export interface DequeueRollout {
  /** Who claims. Default: null. */
  readonly worker_id?: string | null;
  /** How long to wait for something to claim, in seconds. Default: 0, as for less. */
  readonly wait_seconds?: number;
}

/**
 * The codec of {@linkcode DequeueRollout}.
 *
 * @example
 * ```ts
 * import { decode, DequeueRollout } from "@lightning/store";
 *
 * const decoded = decode(DequeueRollout, { worker_id: "Worker-0" });
 * console.log(decoded._tag); // Right
 * ```
 */
export const DequeueRollout: Codec<Filled<DequeueRollout>, DequeueRollout> = record<
  Filled<DequeueRollout>,
  DequeueRollout
>("a claim of a rollout", claim);

/** A claim of several rollouts. */
export interface DequeueManyRollouts extends DequeueRollout {
  /** How many at most; none for zero or less. Default: 1. */
  readonly limit?: number;
}

/**
 * The codec of {@linkcode DequeueManyRollouts}.
 *
 * @example
 * ```ts
 * import { decode, DequeueManyRollouts } from "@lightning/store";
 *
 * const decoded = decode(DequeueManyRollouts, { limit: 8, worker_id: "Worker-0" });
 * console.log(decoded._tag); // Right
 * ```
 */
export const DequeueManyRollouts: Codec<Filled<DequeueManyRollouts>, DequeueManyRollouts> = record<
  Filled<DequeueManyRollouts>,
  DequeueManyRollouts
>("a claim", { limit: withDefault(Integer, () => 1), ...claim });

/** A new attempt at a known rollout. */
export interface StartAttempt {
  /** The rollout to try. */
  readonly rollout_id: string;
  /** Who tries it. Default: null. */
  readonly worker_id?: string | null;
}

/**
 * The codec of {@linkcode StartAttempt}.
 *
 * @example
 * ```ts
 * import { decode, StartAttempt } from "@lightning/store";
 *
 * const decoded = decode(StartAttempt, { rollout_id: "ro-1" });
 * console.log(decoded._tag); // Right
 * ```
 */
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

/**
 * The codec of {@linkcode RolloutKey}.
 *
 * @example
 * ```ts
 * import { decode, RolloutKey } from "@lightning/store";
 *
 * const decoded = decode(RolloutKey, { rollout_id: "ro-1" });
 * console.log(decoded._tag); // Right
 * ```
 */
export const RolloutKey: Codec<RolloutKey> = record<RolloutKey>("a rollout's id", {
  rollout_id: Text,
});

/** A worker by its id. */
export interface WorkerKey {
  /** The worker. */
  readonly worker_id: string;
}

/**
 * The codec of {@linkcode WorkerKey}.
 *
 * @example
 * ```ts
 * import { decode, WorkerKey } from "@lightning/store";
 *
 * const decoded = decode(WorkerKey, { worker_id: "Worker-0" });
 * console.log(decoded._tag); // Right
 * ```
 */
export const WorkerKey: Codec<WorkerKey> = record<WorkerKey>("a worker's id", { worker_id: Text });

/** Resources by their id. */
export interface ResourcesKey {
  /** The resources. */
  readonly resources_id: string;
}

/**
 * The codec of {@linkcode ResourcesKey}.
 *
 * @example
 * ```ts
 * import { decode, ResourcesKey } from "@lightning/store";
 *
 * const decoded = decode(ResourcesKey, { resources_id: "rs-1" });
 * console.log(decoded._tag); // Right
 * ```
 */
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

/**
 * The codec of {@linkcode AttemptKey}.
 *
 * @example
 * ```ts
 * import { decode, AttemptKey } from "@lightning/store";
 *
 * const decoded = decode(AttemptKey, { rollout_id: "ro-1", attempt_id: "at-1" });
 * console.log(decoded._tag); // Right
 * ```
 */
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

/**
 * The codec of {@linkcode UpdateRollout}.
 *
 * @example
 * ```ts
 * import { decode, UpdateRollout } from "@lightning/store";
 *
 * const decoded = decode(UpdateRollout, { rollout_id: "ro-1", status: "cancelled" });
 * console.log(decoded._tag); // Right
 * ```
 */
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

/**
 * The codec of {@linkcode UpdateAttempt}.
 *
 * @example
 * ```ts
 * import { decode, UpdateAttempt } from "@lightning/store";
 *
 * const decoded = decode(UpdateAttempt, { rollout_id: "ro-1", attempt_id: "latest", status: "succeeded" });
 * console.log(decoded._tag); // Right
 * ```
 */
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

/**
 * The codec of {@linkcode AddSpan}.
 *
 * @example
 * ```ts
 * import { AddSpan, decode, virtualSpan } from "@lightning/store";
 *
 * const span = virtualSpan({ attributes: {} }, () => crypto.randomUUID());
 * console.log(decode(AddSpan, { span })._tag); // Right
 * ```
 */
export const AddSpan: Codec<AddSpan> = record<AddSpan>("a request to add a span", { span: Span });

/** Spans to store. */
export interface AddManySpans {
  /** The spans, whole; one without a `sequence_id` gets the next one of its rollout. */
  readonly spans: readonly NewSpanInput[];
}

/**
 * The codec of {@linkcode AddManySpans}.
 *
 * @example
 * ```ts
 * import { decode, AddManySpans } from "@lightning/store";
 *
 * const decoded = decode(AddManySpans, { spans: [] });
 * console.log(decoded._tag); // Right
 * ```
 */
export const AddManySpans: Codec<{ readonly spans: readonly NewSpan[] }, AddManySpans> = record<
  { readonly spans: readonly NewSpan[] },
  AddManySpans
>("a request to add spans", { spans: list(NewSpan) });

/** Sequence ids to allocate. */
export interface ManySpanSequenceIds {
  /** One id for each; the ids of one rollout are consecutive. */
  readonly pairs: readonly AttemptKey[];
}

/**
 * The codec of {@linkcode ManySpanSequenceIds}.
 *
 * @example
 * ```ts
 * import { decode, ManySpanSequenceIds } from "@lightning/store";
 *
 * const decoded = decode(ManySpanSequenceIds, { pairs: [{ rollout_id: "ro-1", attempt_id: "at-1" }] });
 * console.log(decoded._tag); // Right
 * ```
 */
export const ManySpanSequenceIds: Codec<ManySpanSequenceIds> = record<ManySpanSequenceIds>(
  "a request for sequence ids",
  { pairs: list(AttemptKey) },
);

/** Resources to store under a new id. */
export interface AddResources {
  /** The resources. */
  readonly resources: NamedResourcesInput;
}

/**
 * The codec of {@linkcode AddResources}.
 *
 * @example
 * ```ts
 * import { decode, AddResources } from "@lightning/store";
 *
 * const decoded = decode(AddResources, { resources: {} });
 * console.log(decoded._tag); // Right
 * ```
 */
export const AddResources: Codec<{ readonly resources: NamedResources }, AddResources> = record<
  { readonly resources: NamedResources },
  AddResources
>("a request to add resources", { resources: NamedResources });

/** Resources to store under an id of the caller's. */
export interface UpdateResources extends AddResources {
  /** The id; it is created if it is unknown. */
  readonly resources_id: string;
}

/**
 * The codec of {@linkcode UpdateResources}.
 *
 * @example
 * ```ts
 * import { decode, UpdateResources } from "@lightning/store";
 *
 * const decoded = decode(UpdateResources, { resources_id: "my-prompts", resources: {} });
 * console.log(decoded._tag); // Right
 * ```
 */
export const UpdateResources: Codec<
  ResourcesKey & { readonly resources: NamedResources },
  UpdateResources
> = record<ResourcesKey & { readonly resources: NamedResources }, UpdateResources>(
  "an update of resources",
  { resources_id: Text, resources: NamedResources },
);

/**
 * No argument at all.
 *
 * @example
 * ```ts
 * import { decode, Nothing } from "@lightning/store";
 *
 * console.log(decode(Nothing, {})._tag); // Right
 * ```
 */
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
 *
 * @example
 * ```ts
 * import { decode, UpdateWorker } from "@lightning/store";
 *
 * const decoded = decode(UpdateWorker, { worker_id: "Worker-0", heartbeat_stats: { cpu: 1 } });
 * console.log(decoded._tag); // Right
 * ```
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

/**
 * The codec of {@linkcode WaitForRollouts}.
 *
 * @example
 * ```ts
 * import { decode, WaitForRollouts } from "@lightning/store";
 *
 * const decoded = decode(WaitForRollouts, { rollout_ids: ["ro-1"], timeout: 10 });
 * console.log(decoded._tag); // Right
 * ```
 */
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
